"""The words of the trade: states, fields, witnesses, rules and errors, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair
from models import invoice
from models.calendar_words import FIRST_YEAR, LAST_YEAR

STATES: Mapping[str, Pair] = {
    "queued": ("已存档，待识别", "Stored, waiting"),
    "running": ("正在识别", "Reading"),
    "done": ("已完成", "Done"),
    "needs_review": ("待复核", "Needs review"),
    "unread": ("未识别", "Unread"),
    "duplicate": ("重复，已有存档", "Duplicate, already stored"),
    "refused": ("未收：文件有问题", "Refused"),
    "cancelled": ("已停止识别", "Reading called off"),
    "destroyed": ("已销毁", "Destroyed"),
}

WHYS: Mapping[str, Pair] = {
    "other_scan_differs": ("同一张发票的另一扫描件内容不一致！", "Another scan of this invoice says something else!"),
    "check_failed": ("校验不符", "A check failed"),
    "conflict": ("依据互相矛盾", "Witnesses contradict each other"),
    "unreadable": ("看不清", "Unreadable"),
    "unproved": ("仅读取，缺少第二个依据", "Read once, no second witness"),
    "missing": ("未识别到", "Not found"),
}

VERDICTS: Mapping[str, Pair] = {
    "accepted": ("已证实", "Proved"),
    "confirmed": ("人工确认", "Confirmed by a person"),
    "needs_review": ("待复核", "Needs review"),
    "unread": ("未识别", "Unread"),
}

VERDICT_MEANINGS: Mapping[str, Pair] = {
    "accepted": ("这种发票必需的内容都已证实。", "All that such an invoice needs is proved."),
    "confirmed": (
        "没有疑点，但部分内容凭人工核对，不算证实。",
        "Nothing is left open, but part of it stands on a person's word, which is no proof.",
    ),
    "needs_review": (
        "请对照票面看一眼：下面列出的内容还缺依据或互相矛盾。",
        "Please compare with the paper: what is listed here lacks a witness or contradicts another.",
    ),
    "unread": ("没有识别出发票内容。", "No invoice was read."),
}

STATUSES: Mapping[str, Pair] = {
    "proved": ("已证实", "Proved"),
    "read": ("仅读取", "Read once"),
    "repaired": ("据证更正", "Repaired"),
    "conflict": ("有矛盾", "Conflict"),
    "unreadable": ("看不清", "Unreadable"),
    "corrected": ("人工更正", "Corrected by a person"),
    "confirmed": ("人工确认", "Confirmed by a person"),
}

STATUS_MEANINGS: Mapping[str, Pair] = {
    "proved": (
        "两个独立依据一致，或校验位成立，或有文件内数据",
        "Two independent witnesses agree, a check digit holds, or the file's own data say it",
    ),
    "read": ("只有一个依据，请留意", "One witness only"),
    "repaired": ("按其他依据更正过，原始识别保留在下方", "Changed by a proof; the raw reading is shown below"),
    "conflict": ("不同依据互相矛盾，请对照票面", "Witnesses contradict each other; compare with the paper"),
    "unreadable": ("票面有内容但看不清", "Something is printed there that nobody could read"),
    "corrected": ("由人核对后更正，不算证实", "Set by a person, which is no proof"),
    "confirmed": ("由人核对，与识别一致，不算证实", "Seen and agreed to by a person, which is no proof"),
}

WITNESSES: Mapping[str, Pair] = {
    "printed": ("票面印刷", "Print"),
    "second_print": ("票面另一处", "Second print"),
    "embedded": ("文件内数据", "Data in the file"),
    "second_reading": ("再次识读", "Second reading"),
    "qr": ("二维码", "QR code"),
    "qr_crc": ("二维码校验码", "QR checksum"),
    "check_digit": ("校验位", "Check digit"),
    "arithmetic": ("金额勾稽", "Arithmetic"),
    "words": ("大写金额", "Amount in words"),
    "person": ("人工", "A person"),
}

OUTCOMES: Mapping[str, Pair] = {
    "pass": ("通过", "Pass"),
    "fail": ("不符", "Fail"),
    "warning": ("请留意", "Worth a look"),
    "not_applicable": ("不适用", "Not applicable"),
}

SOURCES: Mapping[str, Pair] = {
    "cli": ("命令行", "Command line"),
    "api": ("接口", "API"),
    "web": ("网页", "Web page"),
    "phone": ("手机", "Phone"),
    "watch": ("监视的文件夹", "Watched folder"),
    "mail": ("邮件", "Mail"),
    "paperless": ("手机应用", "Phone app"),
}

CLUES: Mapping[str, Pair] = {
    "sentence": ("一句话", "Sentence"),
    "text": ("关键词", "Text"),
    "number": ("号码", "Number"),
    "code": ("代码", "Code"),
    "seller": ("销售方", "Seller"),
    "buyer": ("购买方", "Buyer"),
    "tax_id": ("税号", "Taxpayer id"),
    "amount": ("金额", "Amount"),
    "amount_min": ("金额下限", "Least amount"),
    "amount_max": ("金额上限", "Most amount"),
    "date": ("日期", "Date"),
    "date_from": ("起始日期", "First day"),
    "date_to": ("截止日期", "Last day"),
    "kind": ("票种", "Kind"),
    "verdict": ("结论", "Verdict"),
    "state": ("状态", "State"),
}

DOUBTS: Mapping[str, Pair] = {
    "no_date": ("不是日期", "not a date"),
    "no_year": ("没有写年份", "no year"),
    "short_year": ("年份请写四位", "write all four digits of the year"),
    "no_such_day": ("没有这一天", "the calendar has no such day"),
    "either_way": ("分不清哪个是月、哪个是日", "day and month may be meant either way round"),
    "far_year": (f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间", f"not a year from {FIRST_YEAR} to {LAST_YEAR}"),
    "contradiction": ("与其他条件矛盾", "it contradicts another clue"),
}

HOW: Mapping[str, Pair] = {
    "exact": ("完全一致", "exact"),
    "part": ("部分一致", "part"),
    "pattern": ("符合通配", "pattern"),
    "about": ("大约", "about"),
    "file": ("文件名", "file name"),
    "within": ("在范围内", "within"),
    "similar": ("相近", "similar"),
    "text": ("票面文字", "text"),
}

KINDS: Mapping[str, Pair] = {
    name: (invoice.InvoiceKind(name).chinese, english)
    for name, english in {
        "vat_special": "Special VAT invoice",
        "vat_general": "General VAT invoice",
        "vat_roll": "General VAT invoice (roll)",
        "vat_electronic_special": "Electronic special VAT invoice",
        "vat_electronic_general": "Electronic general VAT invoice",
        "toll_electronic": "Electronic toll invoice",
        "digital_special": "Fully digital invoice (special)",
        "digital_general": "Fully digital invoice (general)",
        "digital_railway": "Fully digital invoice (railway)",
        "digital_air": "Fully digital invoice (air itinerary)",
        "blockchain": "Blockchain invoice",
        "motor_vehicle": "Motor vehicle sales invoice",
        "used_vehicle": "Used vehicle sales invoice",
        "machine_printed": "General machine-printed invoice",
        "fixed_amount": "Fixed-amount invoice",
        "taxi": "Taxi receipt",
        "train": "Train ticket",
        "air_itinerary": "Air itinerary",
        "coach": "Coach ticket",
        "toll": "Toll receipt",
        "medical": "Medical or fiscal receipt",
        "other": "Other",
    }.items()
}

FIELDS: Mapping[str, Pair] = {
    name: (invoice.FIELD_NAMES[name], english)
    for name, english in {
        "invoice_code": "Invoice code",
        "invoice_number": "Invoice number",
        "issue_date": "Date of issue",
        "check_code": "Check code",
        "machine_number": "Machine number",
        "buyer_name": "Buyer",
        "buyer_tax_id": "Buyer's taxpayer id",
        "buyer_address_phone": "Buyer's address, phone",
        "buyer_bank_account": "Buyer's bank account",
        "seller_name": "Seller",
        "seller_tax_id": "Seller's taxpayer id",
        "seller_address_phone": "Seller's address, phone",
        "seller_bank_account": "Seller's bank account",
        "tax_exclusive_amount": "Amount without tax",
        "tax_amount": "Tax",
        "tax_inclusive_amount": "Total with tax",
        "tax_inclusive_amount_in_words": "Total in words",
        "payee": "Payee",
        "reviewer": "Reviewer",
        "drawer": "Drawer",
        "remarks": "Remarks",
        "copy_name": "Copy",
        "passenger_name": "Passenger",
        "ticket_number": "Ticket number",
        "train_number": "Train",
        "from_station": "From",
        "to_station": "To",
        "departure_time": "Departure",
        "seat": "Seat",
        "seat_class": "Class",
        "check_gate": "Gate",
        "serial": "Serial number",
        "sold_at": "Sold at",
        "mileage": "Mileage",
        "unit_price": "Unit price",
        "boarding_time": "Boarding",
        "alighting_time": "Alighting",
        "waiting_time": "Waiting",
        "fuel_surcharge": "Fuel surcharge",
        "entry_station": "Entry",
        "exit_station": "Exit",
        "passage_from": "Passage from",
        "passage_to": "Passage to",
        "plate_number": "Plate number",
        "vehicle_type": "Type of vehicle",
        "vin": "VIN",
        "engine_number": "Engine number",
        "vehicle_model": "Vehicle model",
        "certificate_number": "Certificate number",
    }.items()
}

RULES: Mapping[str, Pair] = {
    "file_holds_what_it_lists": ("文件所列的页、附件、模板齐全", "The file holds every page, attachment and template that it lists"),
    "kind_witnesses_agree": ("票种的各个依据一致", "Witnesses of the kind agree"),
    "face_is_whole": ("票面完整，四边都在图内", "The face is whole, none of its sides cut off"),
    "face_is_not_cancelled": ("票面未盖“作废”", "The face is not marked as cancelled"),
    "qr_checksum": ("二维码自身校验码成立", "The QR code's own checksum holds"),
    "qr_is_of_this_invoice": ("二维码属于这张发票", "The QR code is this invoice's own"),
    "face_matches_embedded_data": ("票面与文件内数据一致", "The face shows what the file's own data say"),
    "code_witnesses_agree": ("发票代码的各个依据一致", "Witnesses of the code agree"),
    "number_witnesses_agree": ("发票号码的各个依据一致", "Witnesses of the number agree"),
    "ticket_number_witnesses_agree": ("票号的各个依据一致", "Witnesses of the ticket number agree"),
    "date_witnesses_agree": ("开票日期的各个依据一致", "Witnesses of the date agree"),
    "check_code_witnesses_agree": ("校验码的各个依据一致", "Witnesses of the check code agree"),
    "code_region_is_known": ("发票代码中的地区存在", "The code's region exists"),
    "code_series_fits_kind": ("发票代码与票种相符", "The code's series fits the kind"),
    "code_year_is_not_after_issue": ("发票代码的年份不晚于开票日期", "The code's year is not after the issue"),
    "digital_number_is_plausible": ("数电票号码的年份与地区合理", "Year and region in the 20-digit number are plausible"),
    "issue_date_is_plausible": ("开票日期合理", "The date of issue is plausible"),
    "buyer_tax_id_check_digits": ("购买方税号校验位成立", "The buyer's taxpayer id holds its check digits"),
    "seller_tax_id_check_digits": ("销售方税号校验位成立", "The seller's taxpayer id holds its check digits"),
    "total_is_amount_plus_tax": ("金额 + 税额 = 价税合计", "Amount + tax = total"),
    "total_matches_words": ("大写金额与小写一致", "The total in words matches the figures"),
    "amount_matches_qr": ("金额与二维码一致", "The amount matches the QR code"),
    "lines_sum_to_amount": ("各行金额之和 = 合计金额", "Line amounts add up to the amount"),
    "lines_sum_to_tax": ("各行税额之和 = 合计税额", "Line taxes add up to the tax"),
    "line_amount_is_quantity_times_price": ("数量 × 单价 = 金额", "Quantity × unit price = line amount"),
    "line_tax_is_amount_times_rate": ("金额 × 税率 = 税额", "Line amount × rate = line tax"),
    "tax_is_amounts_times_rates": ("税额与各行税率相符", "The tax fits the lines' rates"),
    "tax_is_a_rate_of_the_amount": ("税额等于金额乘以某一法定税率", "The tax is a legal rate of the amount"),
    "tax_rates_exist": ("税率在开票时有效", "The rates were in force at the time"),
    "red_invoice_is_negative": ("红字发票金额为负", "A red invoice is negative and says so"),
    "fare_fits_mileage": ("车费与里程、单价大致相符", "The fare is about mileage × price"),
    "vin_check_digit": ("车辆识别代号校验位成立", "The VIN holds its check digit"),
}

ERRORS: Mapping[str, Pair] = {
    "empty_file": ("文件是空的，没有内容。", "The file is empty."),
    "unsupported_media_type": (
        "不是能收的文件格式（看内容，不看扩展名）。",
        "Not a kind of file that is taken; the content counts, not the name.",
    ),
    "file_too_large": ("文件太大。", "The file is too large."),
    "too_many_pixels": ("图片尺寸过大。", "The picture has too many pixels."),
    "unreadable_file": ("文件损坏或不完整，无法打开，请重拍或重新导出。", "The file is broken or cut off. Take or export it again."),
    "locked_file": ("文件已加密或有密码，没有损坏，请解除后再传。", "The file is encrypted or has a password; send it unlocked."),
    "file_without_pages": ("文件没有损坏，但里面没有页面，请重新索取。", "Sound, but without pages. Ask for the file again."),
    "cannot_be_opened": (
        "文件打不开：太复杂或已损坏，请扫描纸质票，或另存为图片或 PDF 再传。",
        "Opening it takes too much, or breaks the program. Scan the paper, or save it anew.",
    ),
    "refused_input": ("文件有问题，没有收。", "The file was refused."),
    "unreadable_path": ("文件打不开。", "The file cannot be opened."),
    "worker_lost": ("识别多次中断，可以重新识别。", "The reading was cut short several times; try reading it again."),
    "reading_overdue": ("识别用时过长，已中止，可以重新识别。", "The reading took too long and was ended; try reading it again."),
    "recognition_failed": ("识别程序出错，可以重新识别。", "The reading broke; try reading it again."),
    "mailbox_unavailable": ("邮件服务器连不上，邮件还在那里。", "The mail server cannot be reached; the mails wait there."),
    "out_of_resources": (
        "本机内存、磁盘或文件句柄不足，文件没有问题，请稍后重试。",
        "Short of memory or disk; the file is fine. Try again.",
    ),
    "record_rolled_back": (
        "目录记得有更新的版本，档案里没有了；请管理员运行 piaogen audit，并从备份恢复。",
        "The index remembers a newer version than the archive holds. Have `piaogen audit` run and the record restored from a backup.",
    ),
    "reading_damaged": (
        "读取记录已损坏，原件不受影响；可以重新识别，或请管理员从备份恢复。",
        "The record of the reading is damaged, the original is not. Try reading it again, or have the record restored from a backup.",
    ),
    "invalid_correction": ("更正的内容不对。", "The correction cannot be taken."),
    "conflict": ("别人刚做了同样的事，请重新打开。", "Somebody else did the same at this moment; open it again."),
    "object_conflict": (
        "存档中已有同名而不同的内容，请联系管理员。",
        "The archive holds something else under this name; tell an administrator.",
    ),
    "idempotency_conflict": ("同一个编号已用于另一次请求。", "That key was used for another request."),
    "integrity_violated": ("存档内容核验不符，请联系管理员。", "The archive is not what it should be; tell an administrator."),
    "not_an_archive": ("设置里的位置不是票根档案，请联系管理员。", "What the settings name is no archive; tell an administrator."),
    "invalid_setting": ("有一项设置不对，请联系管理员。", "A setting is wrong; tell an administrator."),
    "unknown_setting": ("有一项设置没有意义，请联系管理员。", "A setting means nothing; tell an administrator."),
    "stale_version": ("这张发票刚被别人更正或确认过，请重新打开。", "Somebody else has just changed this invoice; open it again."),
    "version_needed": ("请重新打开这张发票再更正。", "Open the invoice again before you correct it."),
    "invalid_clue": ("查找条件看不懂。", "A clue cannot be understood."),
    "destroyed_before": (
        "这份文件保管期满后已按销毁清册销毁，不再收存。",
        "This very file was destroyed after its term, by a signed list; it is not taken in again.",
    ),
    "unknown_table": (
        "这份表格不是能核对的清单：栏目缺少或重复。请从电子税务局或账务软件重新导出。",
        "The table is no list that can be held against the archive: export it anew from the tax platform or the ledger.",
    ),
    "document_destroyed": ("这份文件保管期满后已销毁，留有销毁记录。", "Destroyed after its term; the record of it stands."),
    "invalid_case": ("遗失案的内容不完整或不对。", "Something of the case is missing or wrong."),
    "case_exists": ("这张发票的这个联次已经有未结案的遗失案。", "There is an open case of this very loss already."),
    "case_closed": ("这个遗失案已经结案。", "This case is closed."),
    "case_unfinished": ("还有必办手续没有办完，不能这样结案。", "Required steps are open, so the case cannot be closed like this."),
    "replacement_refused": ("替代件与遗失的不是同一张发票。", "The replacement is another invoice than the lost one."),
    "record_not_found": ("没有这份记录。", "There is no such record."),
    "invoice_not_found": ("没有这张发票。", "There is no such invoice."),
    "document_not_found": ("没有这份扫描件。", "There is no such scan."),
    "invalid_access": ("登录名、角色、权限或密码不符合要求。", "A login, role, scope or password is none that can be."),
    "user_not_found": ("没有这个登录名。", "Nobody has this login."),
    "key_not_found": ("没有这个密钥。", "There is no such key."),
    "bad_usage": ("填写的内容不对。", "Something was filled in wrongly."),
    "destruction_refused": ("现在不能销毁。", "It may not be destroyed now."),
    "object_locked": ("存储设置的锁定期还没有到，到期后再销毁。", "The store's own lock keeps this longer; destroy it after that."),
    "hold_not_found": ("没有这项封存。", "There is no such hold."),
    "offer_not_found": (
        "这个二维码已用过或已过期，请找管理员重新生成。",
        "This code was used or is over; ask an administrator for another.",
    ),
    "user_exists": ("这个登录名已有人使用。", "Somebody has this login already."),
    "not_allowed": ("您没有这项权限，请联系管理员。", "You may not do this; ask an administrator."),
    "not_authenticated": ("请先登录。", "Please log in."),
    "wrong_login": ("登录名或密码不对。", "Login and password do not fit."),
    "login_elsewhere_failed": (
        "单位账号登录没有成功，请重试；仍不行，请管理员确认您的账号。",
        "The company's login let nobody in. Try again, or ask an administrator who has to know your account.",
    ),
    "provider_unavailable": ("单位登录服务暂时不可用，请稍后再试。", "The company's login does not answer; try again later."),
    "wrong_code": ("验证码不对，或已用过，请等下一个。", "This code is wrong or was used; wait for the next one."),
    "second_factor_needed": ("还需要验证码。", "A code is needed as well."),
    "too_many_logins": ("登录失败次数过多，请稍后再试。", "Too many logins failed; try again later."),
    "unknown_host": ("这个网址不属于本系统，请联系管理员。", "This service is not called so; ask an administrator."),
    "batch_not_found": ("没有这次上传。", "There is no such upload."),
    "field_not_found": ("没有这个字段。", "There is no such field."),
    "route_not_found": ("没有这个页面。", "There is no such page."),
    "method_not_allowed": ("这个地址不支持这种操作。", "This address does not take this action."),
    "body_too_large": ("上传的内容太大，请减少一次上传的文件。", "Too much at once; upload fewer files at a time."),
    "request_timeout": ("请求传得太慢，已中断，请重试。", "The request came too slowly and was ended; try again."),
    "headers_too_large": ("请求头太大。", "The headers of the request are too large."),
    "too_many_connections": ("现在连接太多，请稍后重试。", "Too many connections just now; try again in a moment."),
    "invalid_request": ("没有选择文件，或填写的内容不对。", "No file was chosen, or something was filled in wrongly."),
    "malformed_request": ("请求不完整，请重试。", "The request was not complete; try again."),
    "cross_site_request": ("拒绝来自其他网站的请求。", "A request from another web site was refused."),
    "budget_spent": ("短时间内请求太多，请稍后再试。", "Too much in a short time; go on in a while."),
    "invalid_webhook": (
        "地址或事件不对：地址形如 https://example.com/hooks，不能带密码和 #。",
        "An endpoint is an address such as https://example.com/hooks, without a password and #.",
    ),
    "invalid_paper_event": (
        "标签不认识，或缺少必填内容，或跳过步骤没有说明。",
        "The label is unknown, or something that must be said is missing.",
    ),
    "impossible_paper_event": (
        "这张票现在的状态不可能这样。请先补记漏掉的一步。",
        "This cannot have happened as the paper stands. Record the missing step first.",
    ),
    "too_many_corrections": ("这张发票更正次数太多，不能再更正。", "This invoice was corrected too often; it takes no more."),
    "store_unavailable": ("存储暂时不可用，请稍后重试。", "The store is not available now; try again soon."),
    "catalogue_unavailable": ("目录数据库暂时不可用，请稍后重试。", "The catalogue is not available now; try again soon."),
    "weights_unavailable": ("识别模型没有就绪。", "The OCR weights are not in place."),
    "record_needs_repair": (
        "这份扫描件的存档记录已损坏，未做任何改动。请管理员运行 piaogen audit，再从备份恢复。",
        "The record of this scan is damaged, and nothing was changed. Have `piaogen audit` run and the record restored from a backup.",
    ),
    "damaged_record": ("存档记录已损坏，请管理员从备份恢复。", "A record in the archive is damaged. Have it restored from a backup."),
    "digest_mismatch": ("存档内容与指纹不符，请联系管理员。", "Stored bytes do not match their digest. Tell the administrator."),
    "object_not_found": ("存档中缺少这个文件，请联系管理员。", "The archive misses this file. Tell the administrator."),
    "not_found": ("没有这项内容。", "Nothing has this name."),
    "busy": ("现在待识别的文件太多，请稍后再上传。", "Too many scans wait just now: send them again in a while."),
    "unavailable": ("暂时不可用，请稍后重试。", "Not available now; try again soon."),
    "unsupported_body": ("上传方式不对，请用本页的按钮上传。", "Not sent the right way; use the buttons of the upload page."),
    "range_not_satisfiable": ("要求的部分超出文件范围。", "The part that was asked for lies outside the file."),
    "internal": ("系统内部出错。已确认收到的内容不会丢。", "Something broke inside. Nothing that was acknowledged is lost."),
}
