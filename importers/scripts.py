"""Traditional characters: pages mirrored elsewhere carry them, and their words must be known all the same."""

import re

_PAIRS = (
    "爲为"
    "並并來来個个們们備备傳传價价億亿優优儲储內内兩两別别創创劃划劉刘劑剂動动務务勝胜勞劳區区協协參参吳吴員员啟启單单嚴严國国圍围園园圖图團团執执報报場场塢坞壩坝孫孙學学實实寧宁審审將将對对導导層层屬属島岛"
    "嶺岭幫帮幹干庫库廠厂廣广廳厅張张後后從从復复徵征態态慶庆應应戰战戶户擔担據据擴扩斷断於于時时書书會会東东條条楊杨業业極极構构樂乐樓楼標标樣样樹树橋桥機机橫横檔档檢检權权歲岁歷历歸归殘残氣气汙污決决況况"
    "淨净減减渦涡測测湯汤準准溝沟溫温滿满漁渔漢汉潔洁潛潜澤泽濕湿濟济灣湾災灾為为烏乌無无煙烟熱热營营爐炉爭争牆墙牽牵狀状獎奖獨独現现環环產产畝亩畫画當当療疗發发盡尽監监盤盘盧卢眾众確确碼码礎础礦矿禦御禮礼"
    "稅税稈秆種种稱称穀谷積积穩稳窮穷競竞筆笔節节範范築筑簡简簽签籌筹糧粮紀纪約约紅红納纳純纯紙纸級级紡纺細细終终組组結结絡络給给統统絲丝經经綜综綠绿維维綱纲網网緊紧線线編编練练縣县縮缩縱纵總总績绩織织續续"
    "罰罚羅罗羣群習习聖圣聞闻聯联聲声聶聂職职聽听脫脱腦脑臨临臺台與与興兴舉举舊旧舖铺艱艰莊庄華华萬万葉叶蔣蒋蕭萧藝艺藥药蘇苏蘭兰處处號号虧亏蟲虫衆众術术衛卫衝冲補补裝装製制複复見见規规視视覽览觀观訂订計计"
    "訊讯訓训託托記记訪访設设許许訴诉診诊註注評评詢询試试話话該该詳详誌志認认語语誠诚說说課课調调請请諮咨講讲謝谢證证譚谭議议護护譽誉變变豐丰負负財财貧贫貨货貫贯責责貸贷費费貼贴貿贸賀贺資资賈贾賣卖質质賬账"
    "賴赖購购贏赢趙赵躍跃車车軌轨軍军較较載载輔辅輕轻輛辆輪轮輯辑輸输輿舆轄辖轉转辦办辭辞農农迴回這这進进運运過过達达遠远適适遲迟遷迁選选遺遗還还邊边郵邮鄉乡鄒邹鄧邓鄭郑鄰邻醜丑醫医釋释銀银銷销鋪铺鋼钢錄录"
    "錢钱鎖锁鎮镇鏈链鐵铁鑒鉴長长門门閉闭開开閒闲間间閘闸閣阁閱阅關关陝陕陰阴陳陈陸陆陽阳隊队階阶際际隨随險险雖虽雙双雜杂離离難难雲云電电靈灵靜静韋韦頂顶項项順顺須须預预頒颁頓顿領领頭头頻频顆颗題题額额願愿"
    "類类顧顾顯显風风飛飞飯饭飲饮養养餘余館馆馬马馮冯驗验驚惊體体鬥斗魚鱼鳥鸟鳳凤鹽盐麗丽麥麦黃黄點点黨党齊齐龍龙龐庞"
    "專专喬乔亂乱偉伟寫写幾几擊击佔占卻却厲厉壓压厙厍廁厕呂吕啓启壞坏塊块堅坚婁娄宮宫壽寿崗岗嶽岳峯峰鞏巩帥帅師师帶带強强懷怀惲恽掃扫撥拨掛挂揮挥損损換换數数晉晋暫暂欄栏欒栾歐欧畢毕沒没瀏浏湧涌遊游愛爱蓋盖祿禄祕秘"
    "竇窦豎竖繆缪蒼苍荊荆榮荣蓮莲藍蓝薊蓟藺蔺識识詞词誤误諸诸諾诺讀读誰谁談谈貝贝貢贡賁贲賞赏軒轩軟软轅辕連连鄔邬郟郏酈郦採采裏里鍾钟鉤钩鈄钭鈕钮鍵键閃闪閆闫問问閔闵閻阎闕阙闞阚隱隐韓韩頁页顏颜饒饶饋馈駱骆魯鲁鮑鲍"
    "鮮鲜龔龚鐘钟裡里峽峡廢废寬宽滬沪滄沧潤润澗涧漣涟濱滨灘滩獻献瓊琼禎祯綿绵蕪芜贛赣遼辽錫锡鎬镐雞鸡馳驰"
)
_TO_SIMPLE = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_TO_TRADITIONAL: dict[str, str] = {}
for _one, _other in _TO_SIMPLE.items():
    _TO_TRADITIONAL[_other] = _TO_TRADITIONAL.get(_other, "") + _one
_TABLE = str.maketrans(_TO_SIMPLE)
_READING = re.compile(r"(?<=[一-龥])[（(][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}[）)]")
_HALF_READING = re.compile(r"\?[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}[)）]")
_DOUBLED = re.compile("[,，](?=[,，。；;、：])")
_TONED = re.compile("[（(][a-z]{0,5}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")


def simplified(text: str) -> str:
    """The text with the traditional characters of our words written simply, character by character."""
    return text.translate(_TABLE)


def either_script(pattern: str) -> str:
    """A pattern of simple characters that fits traditional ones as well."""
    told: list[str] = []
    in_class = False
    for position, character in enumerate(pattern):
        others = _TO_TRADITIONAL.get(character, "")
        if character == "[" and pattern[position - 1 : position] != "\\":
            in_class = True
        elif character == "]" and pattern[position - 1 : position] != "\\":
            in_class = False
        if not others:
            told.append(character)
        else:
            told.append(character + others if in_class else f"[{character}{others}]")
    return "".join(told)


def without_readings(text: str) -> str:
    """The text without the pronunciation some pages print behind rare characters: 經(jīng)濟."""
    if len(_TONED.findall(text)) < 3:
        return text
    text = _HALF_READING.sub("", _READING.sub("", text))
    return _DOUBLED.sub("", text)  # such pages set ，before every 。 and after every other ，
