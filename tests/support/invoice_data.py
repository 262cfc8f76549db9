"""Invoices as data, in every schema, all of one invented sale."""

from models.embedded import EmbeddedInvoice
from ocr_service.embedded.invoice_data import read_invoices


def only_invoice(content: bytes, source: str = "") -> EmbeddedInvoice | None:
    """The one invoice that the data hold; None for none or several."""
    found = read_invoices(content, source)
    return found[0] if len(found) == 1 else None


NUMBER = "25119900000012345678"

DIGITAL = f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>{NUMBER}</EIid><InherentLabel><InIssuType><LabelCode>Y</LabelCode><LabelName>是</LabelName></InIssuType>
<EInvoiceType><LabelCode>01</LabelCode><LabelName>数电票</LabelName></EInvoiceType>
<GeneralOrSpecialVAT><LabelCode>02</LabelCode><LabelName>普通发票</LabelName></GeneralOrSpecialVAT></InherentLabel></Header>
<EInvoiceData><SellerInformation><SellerIdNum>91110199291951630T</SellerIdNum><SellerName>青禾市示例商贸有限公司</SellerName>
<SellerAddr>青禾市示例路1号</SellerAddr><SellerTelNum>000-12345678</SellerTelNum></SellerInformation>
<BuyerInformation><BuyerIdNum>91310199651717240Y</BuyerIdNum><BuyerName>白石县样本咨询有限公司</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>100.00</TotalAmWithoutTax><TotalTaxAm>6.00</TotalTaxAm>
<TotalTax-includedAmount>106.00</TotalTax-includedAmount>
<TotalTax-includedAmountInChinese>壹佰零陆圆整</TotalTax-includedAmountInChinese>
<Drawer>张三</Drawer><RequestTime>2025-03-19 10:20:30</RequestTime></BasicInformation>
<IssuItemInformation><ItemName>*信息技术服务*咨询费</ItemName><SpecMod/><MeaUnits>次</MeaUnits><Quantity>2</Quantity><UnPrice>50</UnPrice>
<Amount>100.00</Amount><TaxRate>0.06</TaxRate><ComTaxAm>6.00</ComTaxAm><TotaltaxIncludedAmount>106.00</TotaltaxIncludedAmount>
</IssuItemInformation>
<AdditionalInformation><Remark>三月</Remark></AdditionalInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>{NUMBER}</InvoiceNumber><IssueTime>2025-03-19 10:21:00</IssueTime></TaxSupervisionInfo></EInvoice>"""

VAT = """<?xml version="1.0" encoding="utf-8"?>
<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019" Version="1.0"><fp:DocID>01</fp:DocID>
<fp:InvoiceCode>099002400111</fp:InvoiceCode><fp:InvoiceNo>01234567</fp:InvoiceNo><fp:TypeCode>0</fp:TypeCode>
<fp:IssueDate><![CDATA[2025年03月19日]]></fp:IssueDate><fp:InvoiceCheckCode>01234 56789 01234 56789</fp:InvoiceCheckCode>
<fp:MachineNo>999012345678</fp:MachineNo><fp:TaxControlCode><![CDATA[03<*4>-/&2]]></fp:TaxControlCode>
<fp:Buyer><fp:BuyerName>白石县样本咨询有限公司</fp:BuyerName><fp:BuyerTaxID>91310199651717240Y</fp:BuyerTaxID></fp:Buyer>
<fp:Seller><fp:SellerName>青禾市示例商贸有限公司</fp:SellerName><fp:SellerTaxID>91110199291951630T</fp:SellerTaxID>
<fp:SellerAddrTel>青禾市示例路1号 000-12345678</fp:SellerAddrTel></fp:Seller>
<fp:TaxInclusiveTotalAmount>106.00</fp:TaxInclusiveTotalAmount><fp:Note></fp:Note><fp:InvoiceClerk>张三</fp:InvoiceClerk>
<fp:Payee>李四</fp:Payee><fp:Checker>王五</fp:Checker><fp:TaxTotalAmount>6.00</fp:TaxTotalAmount>
<fp:TaxExclusiveTotalAmount>100.00</fp:TaxExclusiveTotalAmount>
<fp:GraphCode>01,10,099002400111,01234567,100.00,20250319,01234567890123456789,8F6D,</fp:GraphCode>
<fp:GoodsInfos><fp:GoodsInfo><fp:Item>*信息技术服务*咨询费</fp:Item><fp:Specification></fp:Specification>
<fp:MeasurementDimension>次</fp:MeasurementDimension><fp:Quantity>2</fp:Quantity><fp:Price>50</fp:Price><fp:Amount>100.00</fp:Amount>
<fp:TaxScheme>6%</fp:TaxScheme><fp:TaxAmount>6.00</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos></eInvoice>"""

XBRL = """<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:inv="http://xbrl.mof.gov.cn/taxonomy/2021-09-30/inv">
<context id="c"><entity><identifier scheme="x">91110199291951630T</identifier></entity></context>
<inv:TypeOfInvoice contextRef="c">增值税电子普通发票</inv:TypeOfInvoice><inv:CodeOfInvoice>099002400111</inv:CodeOfInvoice>
<inv:NumberOfInvoice>01234567</inv:NumberOfInvoice><inv:DateOfIssue>2025-03-19</inv:DateOfIssue>
<inv:NameOfPurchaser>白石县样本咨询有限公司</inv:NameOfPurchaser><inv:NameOfSeller>青禾市示例商贸有限公司</inv:NameOfSeller>
<inv:TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller>91110199291951630T</inv:TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller>
<inv:TotalAmountExcludingTax>100.00</inv:TotalAmountExcludingTax><inv:TotalTaxAmount>6.00</inv:TotalTaxAmount>
<inv:TaxIncludedAmountInFigures>106.00</inv:TaxIncludedAmountInFigures>
<inv:InformationOfTaxableGoodsOrServicesDetailItemsTuple><inv:NameOfTaxableGoodsOrServices>*信息技术服务*咨询费</inv:NameOfTaxableGoodsOrServices>
<inv:QuantityOfGoodsOrServices>2.00</inv:QuantityOfGoodsOrServices><inv:UnitPriceOfGoodsOrServices>50</inv:UnitPriceOfGoodsOrServices>
<inv:AmountExcludingTax>100.00</inv:AmountExcludingTax><inv:TaxRate>6.00%</inv:TaxRate><inv:TaxAmount>6.00</inv:TaxAmount>
</inv:InformationOfTaxableGoodsOrServicesDetailItemsTuple></xbrl>"""

RAILWAY = f"""<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:rai="http://xbrl.mof.gov.cn/taxonomy/2021-11-30/rai">
<rai:TypeOfVoucher>电子发票（铁路电子客票）</rai:TypeOfVoucher>
<rai:ElectronicInvoiceRailwayETicketNumber>{NUMBER}</rai:ElectronicInvoiceRailwayETicketNumber><rai:DateOfIssue>2025-03-19</rai:DateOfIssue>
<rai:TrainNumber>G9999</rai:TrainNumber><rai:TravelDate>2025-03-18</rai:TravelDate><rai:DepartureTime>08:15</rai:DepartureTime>
<rai:DepartureStation>青禾南</rai:DepartureStation><rai:DestinationStation>白石东</rai:DestinationStation>
<rai:Fare>109.00</rai:Fare><rai:TotalAmountExcludingTax>100.00</rai:TotalAmountExcludingTax><rai:TaxAmount>9.00</rai:TaxAmount>
<rai:Name>张三</rai:Name><rai:IssueParty></rai:IssueParty></xbrl>"""

PINYIN = f"""<?xml version="1.0" encoding="GBK"?><FPXX><FPHM>{NUMBER}</FPHM><KPRQ>20250319102030</KPRQ>
<GFMC>白石县样本咨询有限公司</GFMC><GFSH>91310199651717240Y</GFSH><XFMC>青禾市示例商贸有限公司</XFMC><XFSH>91110199291951630T</XFSH>
<HJJE>100</HJJE><HJSE>6</HJSE><JSHJXX>106</JSHJXX><BZ>三月</BZ><FPMX><HWMC>*信息技术服务*咨询费</HWMC><SL>2</SL><DJ>50</DJ><JE>100</JE>
<SLV>0.06</SLV><SE>6</SE></FPMX></FPXX>"""

ISSUING = f"""<business><REQUEST><FPT><FPHM>{NUMBER}</FPHM><KPRQ>2025-03-19</KPRQ><XSF_MC>青禾市示例商贸有限公司</XSF_MC>
<XSF_NSRSBH>91110199291951630T</XSF_NSRSBH><GMF_MC>白石县样本咨询有限公司</GMF_MC><HJJE>100.00</HJJE><HJSE>6.00</HJSE><JSHJ>106.00</JSHJ></FPT>
<XMXX><MX><XMMC>*信息技术服务*咨询费</XMMC><XMSL>2</XMSL><XMDJ>50</XMDJ><XMJE>100.00</XMJE><SL>0.06</SL><SE>6.00</SE></MX></XMXX></REQUEST></business>"""
