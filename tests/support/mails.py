"""Mails as programs write them."""

from email.message import EmailMessage


def mail(*files: tuple[str, bytes], text: str = "您好", subject: str = "发票", number: int = 1) -> bytes:
    """A mail with these files attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "开票 <a@shop.example>", "b@firm.example", subject
    message["Date"], message["Message-ID"] = "Mon, 4 Mar 2024 10:00:00 +0800", f"<{number}@shop.example>"
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes().replace(b"\n", b"\r\n")
