"""Mails as they come back: what Postfix, Exim, qmail and Exchange write, and what people's programs answer."""

TO = "a@so-a.example"
MESSAGE = "<notice-1.v1.0123456789abcdef0123@ubnd.example>"


def status_report(
    message_id: str = MESSAGE, *, to: str = TO, action: str = "failed", status: str = "5.1.1",
    words: str = "550 5.1.1 User unknown in virtual mailbox table", original: str = "", about: str = "",
) -> bytes:  # fmt: skip
    """A delivery status notification as Postfix writes it (RFC 3464), with the returned headers."""
    first = f"Original-Recipient: rfc822;{original}\n" if original else ""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: bounces@ubnd.example
Subject: Undelivered Mail Returned to Sender
Date: Wed, 7 Apr 2021 10:00:00 +0700 (ICT)
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B.1/mx"
Message-Id: <{about or "report"}-1@mx.example>

This is a MIME-encapsulated message.

--B.1/mx
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<{to}>: host mx.so-a.example[192.0.2.1] said: {words}

--B.1/mx
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Wed, 7 Apr 2021 09:59:58 +0700 (ICT)

Final-Recipient: rfc822; {to}
{first}Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--B.1/mx
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Văn phòng <dondoc@ubnd.example>
To: {to}
Message-ID: {message_id}
Subject: Nhắc việc

--B.1/mx--
""".replace("\n", "\r\n").encode()


def exim_report(message_id: str = MESSAGE, to: str = TO) -> bytes:
    """Exim's own form, with the address in a header."""
    return f"""\
From: Mail Delivery System <Mailer-Daemon@mx.example>
X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    host mx.so-a.example [192.0.2.1]: 550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Message-ID: {message_id}
Subject: x
""".encode()


def qmail_report(message_id: str = MESSAGE, to: str = TO) -> bytes:
    """qmail's: an apology, the address, the reason, the mail."""
    return f"""\
From: MAILER-DAEMON@mx.example
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {message_id}
""".encode()


def away(message_id: str = MESSAGE, to: str = TO) -> bytes:
    """Somebody is on leave (RFC 3834), and quotes an error on the way."""
    return f"""\
From: {to}
Auto-Submitted: auto-replied (vacation)
In-Reply-To: {message_id}
Subject: Đang nghỉ phép

Tôi nghỉ đến hết tuần. <{to}>: 550 5.1.1 User unknown
""".encode()


def read_receipt(message_id: str = MESSAGE, to: str = TO) -> bytes:
    """The reader's program says that the mail was shown (RFC 8098)."""
    return f"""\
From: {to}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary=R

--R
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{to}
Original-Message-ID: {message_id}
Disposition: manual-action/MDN-sent-manually; displayed

--R--
""".encode()
