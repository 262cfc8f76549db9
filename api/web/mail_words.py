"""The sentences of the page about mails, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

OUTCOMES: Mapping[str, Pair] = {
    "archived": ("已存好", "archived"),
    "refused": ("要人看", "to be looked at"),
}

NOTES: Mapping[str, Pair] = {
    "no_file": ("邮件里没有文件。", "The mail brings no file."),
    "links_only": (
        "邮件里没有文件，只有下载链接。系统不点链接：请打开邮件下载发票，再到收票页上传。",
        "The mail brings no file but links, which are not followed. Open it, fetch the invoice, and upload it.",
    ),
    "outlook": (
        "附件包在 Outlook 专用格式（winmail.dat）里，别的程序打不开。请用 Outlook 打开后上传附件，或请对方改用网页或纯文本格式重发。",
        "Outlook's own wrapping (winmail.dat) hides what is attached. Open the mail in Outlook and upload the files, or have it sent anew.",
    ),
}

MAIL: Mapping[str, Pair] = {
    "nav_mails": ("邮件", "Mails"),
    "mails_title": ("邮件收票", "Invoices by mail"),
    "mails_lead": (
        "收票邮箱里的每封邮件：附件存进档案，原信整封留底。没有收全的，原信在邮箱的“{refused}”文件夹里；改好后移回收件箱，会再收一次。",
        "Every mail of the mailbox for invoices: what is attached is archived, and the message is kept whole. One that could not be taken "
        "lies in the mailbox “{refused}”; put right and moved back to the inbox, it is tried again.",
    ),
    "mails_to_look_at": ("要人看", "To be looked at"),
    "mails_all": ("全部", "All"),
    "mails_none": ("没有这样的邮件。", "There is no such mail."),
    "mails_newest": ("只列最近 {count} 封。", "The newest {count} are shown."),
    "mails_from": ("发件人", "From"),
    "mails_subject": ("主题", "Subject"),
    "mails_no_subject": ("（没有主题）", "(no subject)"),
    "mails_outcome": ("结果", "Outcome"),
    "mails_links": ("链接指向", "Links lead to"),
    "mails_left_out": ("没有单独收存（在原信里）", "Not archived by themselves (in the message)"),
    "mails_message": ("下载原信", "Download the message"),
    "mails_batch": ("存了 {count} 个文件", "files archived: {count}"),
}
