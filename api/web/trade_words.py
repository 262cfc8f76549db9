"""The words of the trade: states, fields, witnesses, rules and errors, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

STATES: Mapping[str, Pair] = {
    "queued": ("已存档，待识别", "Stored, waiting"),
    "running": ("正在识别", "Reading"),
    "done": ("已证实", "Proved"),
    "needs_review": ("待复核", "Needs review"),
    "unread": ("未识别", "Unread"),
    "duplicate": ("重复，已有存档", "Duplicate, already stored"),
    "refused": ("未收：文件有问题", "Refused"),
    "cancelled": ("已停止识别", "Reading called off"),
}

VERDICTS: Mapping[str, Pair] = {
    "accepted": ("已证实", "Proved"),
    "needs_review": ("待复核", "Needs review"),
    "unread": ("未识别", "Unread"),
}

VERDICT_MEANINGS: Mapping[str, Pair] = {
    "accepted": (
        "号码、日期、金额都有两个以上的依据互相印证，全部校验通过。",
        "Number, date and total are each confirmed by a second witness, and no check failed.",
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
    "corrected": ("人工更正", "Corrected"),
}

STATUS_MEANINGS: Mapping[str, Pair] = {
    "proved": ("两个独立依据一致，或校验位成立", "Two independent witnesses agree, or a check digit holds"),
    "read": ("只有一个依据，请留意", "One witness only"),
    "repaired": ("按其他依据更正过，原始识别保留在下方", "Changed by a proof; the raw reading is shown below"),
    "conflict": ("不同依据互相矛盾，请对照票面", "Witnesses contradict each other; compare with the paper"),
    "unreadable": ("票面有内容但看不清", "Something is printed there that nobody could read"),
    "corrected": ("由人核对后更正", "Set by a person"),
}

WITNESSES: Mapping[str, Pair] = {
    "printed": ("票面印刷", "Print"),
    "second_print": ("票面另一处", "Second print"),
    "qr": ("二维码", "QR code"),
    "qr_crc": ("二维码校验码", "QR checksum"),
    "check_digit": ("校验位", "Check digit"),
    "arithmetic": ("金额勾稽", "Arithmetic"),
    "words": ("大写金额", "Amount in words"),
}

OUTCOMES: Mapping[str, Pair] = {"pass": ("通过", "Pass"), "fail": ("不符", "Fail"), "not_applicable": ("不适用", "Not applicable")}

SOURCES: Mapping[str, Pair] = {"cli": ("命令行", "Command line"), "api": ("接口", "API"), "web": ("网页", "Web page")}

CLUES: Mapping[str, Pair] = {
    "text": ("关键词", "Text"),
    "number": ("号码", "Number"),
    "code": ("代码", "Code"),
    "seller": ("销售方", "Seller"),
    "buyer": ("购买方", "Buyer"),
    "tax_id": ("税号", "Taxpayer id"),
    "amount": ("金额", "Amount"),
    "date": ("日期", "Date"),
    "kind": ("票种", "Kind"),
}

HOW: Mapping[str, Pair] = {
    "exact": ("完全一致", "exact"),
    "part": ("部分一致", "part"),
    "pattern": ("符合通配", "pattern"),
    "about": ("大约", "about"),
    "within": ("在范围内", "within"),
    "similar": ("相近", "similar"),
    "text": ("票面文字", "text"),
}

KINDS: Mapping[str, Pair] = {
    "vat_special": ("增值税专用发票", "Special VAT invoice"),
    "vat_general": ("增值税普通发票", "General VAT invoice"),
    "vat_roll": ("增值税普通发票（卷票）", "General VAT invoice (roll)"),
    "vat_electronic_special": ("增值税电子专用发票", "Electronic special VAT invoice"),
    "vat_electronic_general": ("增值税电子普通发票", "Electronic general VAT invoice"),
    "toll_electronic": ("通行费电子发票", "Electronic toll invoice"),
    "digital_special": ("电子发票（增值税专用发票）", "Fully digital invoice (special)"),
    "digital_general": ("电子发票（普通发票）", "Fully digital invoice (general)"),
    "digital_railway": ("电子发票（铁路电子客票）", "Fully digital invoice (railway)"),
    "digital_air": ("电子发票（航空运输电子客票行程单）", "Fully digital invoice (air itinerary)"),
    "blockchain": ("区块链电子普通发票", "Blockchain invoice"),
    "motor_vehicle": ("机动车销售统一发票", "Motor vehicle sales invoice"),
    "used_vehicle": ("二手车销售统一发票", "Used vehicle sales invoice"),
    "machine_printed": ("通用机打发票", "General machine-printed invoice"),
    "fixed_amount": ("通用定额发票", "Fixed-amount invoice"),
    "taxi": ("出租车票", "Taxi receipt"),
    "train": ("火车票", "Train ticket"),
    "air_itinerary": ("航空运输电子客票行程单", "Air itinerary"),
    "coach": ("客运车票", "Coach ticket"),
    "toll": ("过路过桥费票", "Toll receipt"),
    "medical": ("医疗/财政票据", "Medical or fiscal receipt"),
    "other": ("其他", "Other"),
}

FIELDS: Mapping[str, Pair] = {
    "invoice_code": ("发票代码", "Invoice code"),
    "invoice_number": ("发票号码", "Invoice number"),
    "issue_date": ("开票日期", "Date of issue"),
    "check_code": ("校验码", "Check code"),
    "machine_number": ("机器编号", "Machine number"),
    "buyer_name": ("购买方名称", "Buyer"),
    "buyer_tax_id": ("购买方税号", "Buyer's taxpayer id"),
    "buyer_address_phone": ("购买方地址、电话", "Buyer's address, phone"),
    "buyer_bank_account": ("购买方开户行及账号", "Buyer's bank account"),
    "seller_name": ("销售方名称", "Seller"),
    "seller_tax_id": ("销售方税号", "Seller's taxpayer id"),
    "seller_address_phone": ("销售方地址、电话", "Seller's address, phone"),
    "seller_bank_account": ("销售方开户行及账号", "Seller's bank account"),
    "tax_exclusive_amount": ("金额（不含税）", "Amount without tax"),
    "tax_amount": ("税额", "Tax"),
    "tax_inclusive_amount": ("价税合计", "Total with tax"),
    "tax_inclusive_amount_in_words": ("价税合计（大写）", "Total in words"),
    "payee": ("收款人", "Payee"),
    "reviewer": ("复核", "Reviewer"),
    "drawer": ("开票人", "Drawer"),
    "remarks": ("备注", "Remarks"),
    "copy_name": ("联次", "Copy"),
    "passenger_name": ("旅客姓名", "Passenger"),
    "ticket_number": ("票号", "Ticket number"),
    "train_number": ("车次", "Train"),
    "from_station": ("出发站", "From"),
    "to_station": ("到达站", "To"),
    "departure_time": ("出发时间", "Departure"),
    "seat": ("座位", "Seat"),
    "seat_class": ("席别", "Class"),
    "mileage": ("里程", "Mileage"),
    "unit_price": ("单价", "Unit price"),
    "boarding_time": ("上车时间", "Boarding"),
    "alighting_time": ("下车时间", "Alighting"),
    "waiting_time": ("等候时间", "Waiting"),
    "fuel_surcharge": ("燃油附加费", "Fuel surcharge"),
    "entry_station": ("入口", "Entry"),
    "exit_station": ("出口", "Exit"),
    "plate_number": ("车牌号", "Plate number"),
    "vin": ("车辆识别代号", "VIN"),
    "engine_number": ("发动机号码", "Engine number"),
    "vehicle_model": ("厂牌型号", "Vehicle model"),
    "certificate_number": ("合格证号", "Certificate number"),
}

RULES: Mapping[str, Pair] = {
    "kind_witnesses_agree": ("票种的各个依据一致", "Witnesses of the kind agree"),
    "qr_checksum": ("二维码自身校验码成立", "The QR code's own checksum holds"),
    "code_witnesses_agree": ("发票代码的各个依据一致", "Witnesses of the code agree"),
    "number_witnesses_agree": ("发票号码的各个依据一致", "Witnesses of the number agree"),
    "date_witnesses_agree": ("开票日期的各个依据一致", "Witnesses of the date agree"),
    "check_code_witnesses_agree": ("校验码的各个依据一致", "Witnesses of the check code agree"),
    "code_region_is_known": ("发票代码中的地区存在", "The code's region exists"),
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
    "tax_rates_exist": ("税率在开票时有效", "The rates were in force at the time"),
}

ERRORS: Mapping[str, Pair] = {
    "empty_file": ("文件是空的，没有内容。", "The file is empty."),
    "unsupported_media_type": (
        "不是能收的图片格式（看内容，不看扩展名）。",
        "Not a kind of picture that is taken; the content counts, not the name.",
    ),
    "file_too_large": ("文件太大。", "The file is too large."),
    "too_many_pixels": ("图片尺寸过大。", "The picture has too many pixels."),
    "unreadable_file": ("图片损坏或不完整，无法打开，请重拍或重新导出。", "The picture is broken or cut off. Take or export it again."),
    "refused_input": ("文件有问题，没有收。", "The file was refused."),
    "unreadable_path": ("文件打不开。", "The file cannot be opened."),
    "worker_lost": ("识别多次中断，可以重新识别。", "The reading was cut short several times; try reading it again."),
    "recognition_failed": ("识别程序出错，可以重新识别。", "The reading broke; try reading it again."),
    "invalid_clue": ("查找条件看不懂。", "A clue cannot be understood."),
    "invoice_not_found": ("没有这张发票。", "There is no such invoice."),
    "document_not_found": ("没有这份扫描件。", "There is no such scan."),
    "batch_not_found": ("没有这次上传。", "There is no such upload."),
    "field_not_found": ("没有这个字段。", "There is no such field."),
    "route_not_found": ("没有这个页面。", "There is no such page."),
    "method_not_allowed": ("这个地址不支持这种操作。", "This address does not take this action."),
    "body_too_large": ("上传的内容太大，请减少一次上传的文件。", "Too much at once; upload fewer files at a time."),
    "invalid_request": ("没有选择文件，或填写的内容不对。", "No file was chosen, or something was filled in wrongly."),
    "malformed_request": ("请求不完整，请重试。", "The request was not complete; try again."),
    "cross_site_request": ("拒绝来自其他网站的请求。", "A request from another web site was refused."),
    "store_unavailable": ("存储暂时不可用，请稍后重试。", "The store is not available now; try again soon."),
    "catalogue_unavailable": ("目录数据库暂时不可用，请稍后重试。", "The catalogue is not available now; try again soon."),
    "weights_unavailable": ("识别模型没有就绪。", "The OCR weights are not in place."),
    "digest_mismatch": ("存档内容与指纹不符，请联系管理员。", "Stored bytes do not match their digest. Tell the administrator."),
    "object_not_found": ("存档中缺少这个文件，请联系管理员。", "The archive misses this file. Tell the administrator."),
    "not_found": ("没有这项内容。", "Nothing has this name."),
    "unavailable": ("暂时不可用，请稍后重试。", "Not available now; try again soon."),
    "unsupported_body": ("上传方式不对，请用本页的按钮上传。", "Not sent the right way; use the buttons of the upload page."),
    "range_not_satisfiable": ("要求的部分超出文件范围。", "The part that was asked for lies outside the file."),
    "internal": ("系统内部出错。已确认收到的内容不会丢。", "Something broke inside. Nothing that was acknowledged is lost."),
}
