"""Every code that a message may carry, with a title in English and in Chinese.

A code never changes its meaning: CQ1xx text, 2xx declaration, 3xx meaning of formulas, 4xx activity data,
5xx applicability, 6xx evidence. The codes of this table are exactly those that the library uses.

Holds titles only; the messages stand where they are raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CODES"]

CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # the text of a file
        "CQ101": ("not UTF-8, or a character that is not allowed", "不是 UTF-8 编码，或含有不允许的字符"),
        "CQ102": ("the file is too large or nested too deep", "文件过大或嵌套过深"),
        "CQ103": ("not YAML, or YAML reads it otherwise", "不是合法的 YAML，或 YAML 另有解读"),
        "CQ104": ("a feature of YAML that is not allowed", "使用了不允许的 YAML 功能"),
        "CQ105": ("a key is written twice", "键重复"),
        "CQ106": ("no such file or id, or more than one", "找不到文件或标识，或不止一个"),
        "CQ107": ("the file is empty, or not made of keys and values", "文件为空，或不是“键: 值”结构"),
        # the declaration
        "CQ201": ("unknown key", "未知的键"),
        "CQ202": ("something required is missing", "缺少必需的内容"),
        "CQ203": (
            "a list, a text or a mapping where another is expected",
            "结构不符：应为列表、文本或映射中的另一种",
        ),
        "CQ204": ("a value is not of the form expected", "值的写法不符合要求"),
        "CQ205": ("a name is defined twice", "名称重复定义"),
        "CQ206": ("a value is none of those allowed here", "取值不在允许的范围内"),
        "CQ207": ("part of the language, but not supported yet", "语言已定义、尚未支持的功能"),
        "CQ208": ("a unit is not known or not well written", "单位未知或写法有误"),
        "CQ210": ("a value has no source, or an unknown one", "数值没有来源，或来源未登记"),
        "CQ211": ("an official methodology holds an unverified value", "官方方法学中含有未核实的数值"),
        "CQ212": ("a name is a word of the language", "名称是语言的保留字"),
        "CQ213": ("an active methodology lacks words or an example", "生效的方法学缺少双语文字或示例"),
        "CQ214": ("members or values of a table do not fit", "成员或表中数值不匹配"),
        "CQ215": ("a GWP is not of the set that the file names", "全球增温潜势不属于文件所声明的一套"),
        "CQ216": ("a factor set is of another basis", "因子集的口径不符"),
        "CQ217": ("a key of a factor set is not chosen", "因子集的键没有选定"),
        "CQ218": ("a tool has another version", "工具的版本不符"),
        "CQ219": ("an input of a tool is not bound", "工具的输入没有绑定"),
        "CQ290": ("nothing reads an input or a parameter", "输入或参数未被使用"),
        # the meaning of formulas
        "CQ301": ("a formula cannot be read", "公式无法解析"),
        "CQ302": ("the declared unit is not that of the formula", "声明的单位与公式结果不符"),
        "CQ303": ("quantities of different dimensions meet", "量纲不同的量相加、比较或赋值"),
        "CQ305": ("a pure number is needed here", "此处需要无量纲的数"),
        "CQ306": ("unknown name", "未知的名称"),
        "CQ307": ("unknown function", "未知的函数"),
        "CQ308": ("a function or operation is used wrongly", "函数或运算用法有误"),
        "CQ309": ("a value of another kind is needed here", "值的种类不符"),
        "CQ310": ("no such member", "没有该成员"),
        "CQ311": ("declared over other dimensions than the formula", "声明的维度与公式的维度不符"),
        "CQ312": ("the expression does not vary over that dimension", "表达式不随该维度变化"),
        "CQ313": ("no column, or several, lead to the dimension", "没有列或有多列通向该维度"),
        "CQ314": ("a dimension without order", "维度没有次序"),
        "CQ315": ("rows meet other rows or their groups", "明细行与其他行或分组同时出现"),
        "CQ316": ("a rule depends on what it decides", "规则依赖于它所筛选的结果"),
        "CQ317": ("the cases lack their last 'otherwise'", "分情形缺少末尾的 otherwise"),
        "CQ318": ("a table is used without or with a wrong index", "表的索引缺失或有误"),
        "CQ319": ("a step reads itself", "步骤循环引用"),
        "CQ320": ("a formula is too long or nested too deep", "公式过长或嵌套过深"),
        "CQ321": ("a result names no step", "结果没有对应的步骤"),
        "CQ322": ("a role is not a mass of CO2e over 'by:'", "结果角色不是 CO2e 质量，或维度不符"),
        "CQ323": ("reductions are not baseline less project, leakage", "减排量不等于基准线减项目减泄漏"),
        # activity data
        "CQ401": ("a table cannot be read", "数据表无法读取"),
        "CQ402": ("a column is missing", "缺少列"),
        "CQ403": ("the unit of the data does not fit", "数据的单位不符"),
        "CQ404": ("a column is of another type", "列的类型不符"),
        "CQ405": ("a table is empty", "数据表为空"),
        "CQ406": ("a table is damaged", "数据表损坏"),
        "CQ407": ("a value or a table is missing", "缺少数值或数据表"),
        "CQ408": ("a value is outside its range", "数值超出范围"),
        "CQ409": ("the members do not fit", "成员不匹配"),
        "CQ410": ("the period, a date or a time zone does not fit", "核算期、日期或时区不符"),
        "CQ411": ("the methodology does not ask for this", "方法学中没有此项"),
        "CQ412": ("a value of the data is not of the form expected", "数据的写法不符合要求"),
        "CQ413": ("rows claim what other rows claim", "多行重复主张同一笔减排"),
        "CQ414": ("a factor set is not valid for the period", "因子集在核算期内无效"),
        "CQ490": ("columns that no input asks for", "存在未使用的列"),
        "CQ491": ("read with indulgence", "已宽松读取"),
        # applicability
        "CQ501": ("a condition is not met", "不满足适用条件"),
        "CQ502": ("a condition that warns is not met", "不满足提示性条件"),
        "CQ503": ("the role identity does not hold", "减排量恒等式不成立"),
        "CQ504": ("a table has no value here", "表中没有该数值"),
        "CQ505": ("a value is not finite", "数值非有限"),
        # evidence
        "CQ601": ("this is no record", "不是核算记录"),
        "CQ602": ("a record was changed after it was made", "记录在生成后被改动"),
        "CQ604": ("a file is not the one that was recorded", "文件与记录不一致"),
        "CQ605": ("the methodology or its examples fail", "方法学或其示例未通过"),
        "CQ606": ("a figure cannot be reproduced", "数值无法复算"),
        "CQ607": ("the counts of rows do not add up", "行数合计不一致"),
        "CQ608": ("the issued figure does not follow", "签发数值与计算不符"),
        "CQ611": ("data have changed since they were read", "数据在读取后发生变化"),
    }
)
"""Code → title in English, title in Chinese."""
