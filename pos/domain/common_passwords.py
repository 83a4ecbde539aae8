"""What guessers of passwords try first, as compact lists: words, lucky numbers, surnames, lines of the keyboard.

Made by hand for Chinese and English users, not copied. How much a password resembles them is worked out in
`guessing_effort`; case and look-alike signs (p@ssw0rd) are folded there.
"""

from __future__ import annotations

_WORDS_TEXT = """
    password passwort pass passwd admin administrator root user guest test demo default login welcome letmein
    master monkey dragon iloveyou sunshine princess football baseball basketball superman batman trustno secret
    hello freedom whatever michael jordan shadow killer hunter pepper summer winter spring autumn flower cookie
    cheese orange banana purple silver golden diamond soccer hockey tigger charlie jessica ashley nicole daniel
    thomas robert george andrew joshua matthew anthony william buster ginger maggie computer internet windows
    system manager operator office apple google samsung huawei xiaomi tencent taobao alipay wechat weixin weibo
    qq baidu changeme love lover angel baby happy lucky money star china chinese family forever friend mother
    father sister brother asshole fuck fuckyou abc abcd qwe qwer asd zxc loveyou pokemon naruto starwars matrix
    hacker access server oracle cisco mysql woaini woaiwojia aini iloveu woaizhongguo caonima nima mima mimashi
    nihao wobuzhidao buzhidao zhongguo beijing shanghai guangzhou shenzhen tianjin chongqing hangzhou nanjing
    wuhan chengdu laoban kefu shoufei yingyeting ranqi tianranqi gongsi gongshui dianli shuidian cashier finance
    counter woshishui woshi baobei baobao laopo laogong mama baba jiejie meimei gege didi xiaoming xiaohong
    wangwei zhangwei liwei lili gas water power tiancai woaiwo wodemima jiushi ganbei facai dafa pingan jiankang
    xingfu kuaile changshou changshouchangfu
    密码 我的密码 管理员 收费员 营业厅 我爱你 我爱 中国 燃气 公司 你好 开心 快乐 平安 健康 幸福 发财 唱收唱付
"""
WORDS = frozenset(_WORDS_TEXT.split())
_LUCKY_TEXT = """
    007 110 119 120 123 168 250 321 360 518 520 521 588 618 666 678 688 777 888 911 999 1212 1314 1818 2580
    5201314 1314520 1314521 5211314 521125 518518 168168 6688 8866 9988 8899 100200 12306 10086 10010 10000
"""
LUCKY = frozenset(_LUCKY_TEXT.split())
_SURNAMES_TEXT = """
    wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang
    deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lv ding ren lu yao shen
    zhong cui tan fan liao shi jin jia xia fu fang zou xiong bai meng qin qiu hou yin xue yan duan lei long tao
    mao hao gong shao wan qian
"""
SURNAMES = frozenset(_SURNAMES_TEXT.split())
LINES = (
    "01234567890123456789",
    "1357924680135",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertyuiopasdfghjklzxcvbnm",
    "!@#$%^&*()_+",
    "qazwsxedcrfvtgbyhnujmikolp",
    "qawsedrftgyhujikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qwaszx",
    "1a2b3c4d5e6f7g8h9i",
    "a1b2c3d4e5f6g7h8i9",
    "a1s2d3f4g5h6j7k8l9",
    "z1x2c3v4b5n6m7",
    "aabbccddeeffgg",
    "112233445566778899",
    "147258369",
    "7894561230",
    "741852963",
    "159753",
    "357951",
    "159357",
    "456258",
    "零一二三四五六七八九十",
    "一二三四五六七八九十",
    "甲乙丙丁戊己庚辛壬癸",
)
"""Ways over the keyboard, the keypad and the alphabet; read backwards too."""
