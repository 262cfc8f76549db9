"""The sentences of the pages about webhooks, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

EVENTS: Mapping[str, Pair] = {
    "upload.received": ("收到文件", "a file came in"),
    "upload.duplicate": ("收到重复文件", "the same file came again"),
    "upload.refused": ("拒收文件", "a file was refused"),
    "invoice.archived": ("发票已识别存档", "invoices were read and archived"),
    "invoice.needs_review": ("待复核", "something waits for review"),
    "invoice.duplicate": ("重复发票", "an invoice is here already"),
    "document.unread": ("未识别", "nothing could be read"),
    "invoice.corrected": ("更正", "an invoice was set right"),
    "invoice.confirmed": ("人工确认", "an invoice was confirmed"),
    "invoice.overridden": ("接受不符", "a failed check was accepted"),
    "invoice.withdrawn": ("作废", "an invoice was withdrawn"),
    "invoice.restored": ("恢复到列表", "an invoice was put back"),
    "loss.opened": ("开立遗失案", "a case was opened"),
    "loss.step_overdue": ("遗失案步骤逾期", "a step of a case is overdue"),
    "loss.closed": ("遗失案结案", "a case was closed"),
    "reconciliation.done": ("对账完成", "a reconciliation is done"),
    "audit.finding": ("核验发现问题", "an audit found something"),
    "webhook.test": ("测试", "test"),
}

DELIVERY_STATES: Mapping[str, Pair] = {
    "waiting": ("待发送", "waiting"),
    "delivered": ("已送达", "delivered"),
    "failed": ("已放弃", "given up"),
}

DELIVERY_ERRORS: Mapping[str, Pair] = {
    "no_address": ("找不到这个地址", "the name leads nowhere"),
    "address_refused": ("地址在内部网络里，不允许发送", "the address lies in an inner network"),
    "not_encrypted": ("公网地址必须用 https", "the internet takes https only"),
    "certificate_refused": ("对方的证书不可信", "the certificate is not trusted"),
    "no_connection": ("连接不上", "no connection"),
    "too_slow": ("对方回应太慢", "the answer came too slowly"),
    "broken_answer": ("对方的回应读不懂", "the answer cannot be understood"),
}

WEBHOOK_DONE: Mapping[str, Pair] = {
    "saved": ("已保存。", "Saved."),
    "tested": ("测试通知已排队，几秒后刷新本页看结果。", "The test is on its way; look again in a few seconds."),
    "again": ("已重新排队。", "On its way again."),
    "removed": ("已删除。", "Removed."),
}

SWITCHED_OFF: Mapping[str, Pair] = {
    "gone": ("对方表示不再接收，已自动停用。", "It said that it is gone, and was switched off."),
    "failed": ("连续五天没有送达，已自动停用。", "It took nothing for five days, and was switched off."),
}

WEBHOOKS: Mapping[str, Pair] = {
    "nav_webhooks": ("推送", "Webhooks"),
    "webhooks_title": ("推送", "Webhooks"),
    "webhooks_lead": (
        "发生了什么，自动通知别的系统。通知里只有编号，内容凭密钥来取。",
        "Other programs are told what happened. They are told names only; what stands in them is fetched with a key.",
    ),
    "webhooks_none": ("还没有推送地址。", "Nobody is told anything yet."),
    "webhooks_add": ("添加推送地址", "Add an endpoint"),
    "webhook_url": ("地址", "Address"),
    "webhook_url_hint": (
        "以 https:// 开头。内部网络的地址要先在设置 PIAOGEN_WEBHOOK_NETWORKS 里放行。",
        "It begins with https://. Inner networks must be named in the setting PIAOGEN_WEBHOOK_NETWORKS first.",
    ),
    "webhook_label": ("名称", "Name"),
    "webhook_label_hint": ("例如：报销系统", "such as: expenses"),
    "webhook_events": ("通知哪些事", "What it is told"),
    "webhook_events_hint": ("一个都不选，就是全部。", "None chosen means all."),
    "webhook_all_events": ("全部", "everything"),
    "webhook_events_count": ("{count} 种", "{count} kinds"),
    "webhook_department": ("部门", "Department"),
    "webhook_department_hint": ("填了就只通知这个部门看得到的；不填就是全部。", "Only what this department sees; empty for everything."),
    "webhook_make": ("添加", "Add"),
    "webhook_save": ("保存", "Save"),
    "webhook_on": ("启用", "on"),
    "webhook_off": ("已停用", "off"),
    "webhook_switch_on": ("重新启用", "Switch on"),
    "webhook_switch_off": ("停用", "Switch off"),
    "webhook_off_means": (
        "停用期间发生的事不会补发；停用前没送完的，启用后接着送。",
        "What happens meanwhile is not told later; what waited before goes on.",
    ),
    "webhook_waiting": ("待发送 {count}", "waiting: {count}"),
    "webhook_given_up": ("已放弃 {count}", "given up: {count}"),
    "webhook_again": ("重发已放弃的", "Send again what was given up"),
    "webhook_test": ("发送测试通知", "Send a test"),
    "webhook_new_secret": ("更换签名密钥", "Change the secret"),
    "webhook_new_secret_hint": ("更换后一天内，新旧密钥都会签名。", "For a day messages are signed with both."),
    "webhook_remove": ("删除这个地址", "Remove this endpoint"),
    "webhook_remove_hint": ("删除后不能恢复；以前的记录仍保留在存档里。", "This cannot be undone; its record stays in the archive."),
    "webhook_settings": ("设置", "Settings"),
    "webhook_deliveries": ("最近的通知", "Last messages"),
    "webhook_no_deliveries": ("还没有发送过。", "Nothing was sent yet."),
    "webhook_event": ("事件", "Event"),
    "webhook_state": ("状态", "State"),
    "webhook_made": ("产生时间", "Made"),
    "webhook_tries": ("发送次数", "Tries"),
    "webhook_answer": ("对方回应", "Answer"),
    "webhook_next": ("下次 {time}", "next {time}"),
    "webhook_made_title": ("签名密钥", "The secret"),
    "webhook_made_lead": (
        "只显示这一次，请马上交给对方系统，用来核对签名。",
        "Shown this once: give it to the other program now, which checks signatures with it.",
    ),
    "webhook_back": ("回到推送", "Back to webhooks"),
}
