"""What can be asked for: the abilities and the actions of traditional tasks.

Pure data, with the shape that ``/api/abilities`` shows. ``inputSchema`` is ``{"fields": [...]}``; a field has ``name``,
``label``, ``type`` (text, textarea, number, select, boolean, image, color) and, where they make sense, ``required``,
``default``, ``options`` (``[{"value", "label"}]``), ``min``, ``max``, ``step``, ``placeholder`` and ``description``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from devserver.simulator.ability import PER_SECOND, PER_TOKENS, Ability


def _field(name: str, label: str, kind: str, **rest: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "type": kind, "required": False} | rest


def _options(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in pairs]


IMAGE = _field(
    "imageUrl",
    "原图",
    "image",
    required=True,
    placeholder="https://…",
    description="要处理的图片地址，jpg 或 png，边长不超过 4096 像素",
)
PROMPT = _field(
    "prompt",
    "提示词",
    "textarea",
    required=True,
    placeholder="例如：水墨风格的锦鲤，留白构图",
    description="想要的画面，写清主体、风格和构图",
)
SIZES = _options(("1024x1024", "方图 1024"), ("864x1152", "竖图 3:4"), ("1152x864", "横图 4:3"))
SEED = _field(
    "seed",
    "随机种子",
    "number",
    default=-1,
    min=-1,
    max=2147483647,
    step=1,
    description="-1 表示每次随机；相同的种子得到相同的结果",
)

PATTERN_EXTRACT = "executor_comfyui_pattern_extract_158"
SEAMLESS = "executor_comfyui_seamless_117"
UPSCALE = "executor_comfyui_upscale_121"
BAIDU = "executor_baidu_image_default"
VOLCENGINE = "executor_volcengine_image_default"
DASHSCOPE = "executor_dashscope_vision_default"

ABILITIES: Final[dict[str, Ability]] = {
    ability.id: ability
    for ability in (
        Ability(
            "baidu_colourize",
            "baidu",
            "colourize",
            "百度 · 老照片上色",
            BAIDU,
            (5, 12),
            20,
            0.05,
            "次",
            about="让黑白照片恢复自然的颜色",
        ),
        Ability(
            "baidu_contrast_enhance",
            "baidu",
            "contrast_enhance",
            "百度 · 对比度增强",
            BAIDU,
            (5, 9),
            10,
            0.03,
            "次",
            about="拉开明暗层次，让发灰的图片变得通透",
        ),
        Ability(
            "baidu_image_quality_enhance",
            "baidu",
            "image_quality_enhance",
            "百度 · 图像清晰度增强",
            BAIDU,
            (6, 15),
            20,
            0.06,
            "次",
            about="修复模糊和压缩痕迹，提升细节",
            fields=(IMAGE, _field("strength", "增强强度", "number", default=60, min=0, max=100, step=5)),
        ),
        Ability(
            "baidu_style_trans",
            "baidu",
            "style_trans",
            "百度 · 图像风格转换",
            BAIDU,
            (6, 14),
            25,
            0.08,
            "次",
            about="把照片变成指定的绘画风格",
            motif="poster",
            fields=(
                IMAGE,
                _field(
                    "option",
                    "风格",
                    "select",
                    required=True,
                    default="wave",
                    options=_options(
                        ("cartoon", "卡通画"), ("pencil", "铅笔画"), ("wave", "神奈川冲浪里"), ("gothic", "哥特油画")
                    ),
                ),
            ),
        ),
        Ability(
            "baidu_dehaze",
            "baidu",
            "dehaze",
            "百度 · 图像去雾（已下线）",
            BAIDU,
            (5, 9),
            10,
            0.03,
            "次",
            about="去掉雾气造成的灰白",
            active=False,
        ),
        Ability(
            "comfyui_yinhua_tiqu",
            "comfyui",
            "yinhua_tiqu",
            "ComfyUI · 印花提取",
            PATTERN_EXTRACT,
            (20, 60),
            50,
            0.004,
            PER_SECOND,
            about="从产品照片中提取平整的印花图案",
            fields=(
                IMAGE,
                _field(
                    "prompt",
                    "补充描述",
                    "textarea",
                    placeholder="只保留花卉，去掉文字",
                    description="需要保留或去掉的内容，可以不填",
                ),
                _field(
                    "quality",
                    "质量",
                    "select",
                    default="standard",
                    options=_options(("draft", "草稿"), ("standard", "标准"), ("fine", "精细")),
                ),
                _field("removeBackground", "去除底色", "boolean", default=True),
                SEED,
            ),
        ),
        Ability(
            "comfyui_sifang_lianxu",
            "comfyui",
            "sifang_lianxu",
            "ComfyUI · 四方连续",
            SEAMLESS,
            (25, 75),
            60,
            0.004,
            PER_SECOND,
            about="把图案变成上下左右都能无缝拼接的花型",
            motif="tile",
            fields=(
                IMAGE,
                _field("repeat", "重复次数", "number", default=2, min=1, max=6, step=1),
                _field("background", "底色", "color", default="#f4efe6"),
                _field("mirror", "镜像拼接", "boolean", default=False),
            ),
        ),
        Ability(
            "comfyui_gaoqing_fangda",
            "comfyui",
            "gaoqing_fangda",
            "ComfyUI · 高清放大",
            UPSCALE,
            (30, 90),
            40,
            0.004,
            PER_SECOND,
            about="放大图片并补足细节，适合印刷",
            motif="poster",
            fields=(
                IMAGE,
                _field(
                    "scale",
                    "放大倍数",
                    "select",
                    required=True,
                    default="2",
                    options=_options(("2", "2 倍"), ("4", "4 倍")),
                ),
                _field("denoise", "降噪", "number", default=0.35, min=0, max=1, step=0.05),
            ),
        ),
        Ability(
            "comfyui_koutu",
            "comfyui",
            "koutu",
            "ComfyUI · 智能抠图",
            UPSCALE,
            (12, 30),
            30,
            0.004,
            PER_SECOND,
            about="去掉背景，只留下主体",
            fields=(IMAGE,),
        ),
        Ability(
            "volcengine_seedream",
            "volcengine",
            "text_to_image",
            "火山引擎 · 文生图",
            VOLCENGINE,
            (10, 25),
            40,
            0.2,
            "张",
            about="按照文字描述生成图片",
            most_outputs=4,
            category="image_generation",
            needs_image=False,
            motif="poster",
            fields=(
                PROMPT,
                _field("negativePrompt", "反向提示词", "text", placeholder="低清晰度，水印"),
                _field("size", "尺寸", "select", default="1024x1024", options=SIZES),
                _field("watermark", "添加水印", "boolean", default=False),
                SEED,
            ),
        ),
        Ability(
            "dashscope_line_art",
            "dashscope",
            "line_art",
            "阿里百炼 · 线稿上色",
            DASHSCOPE,
            (12, 28),
            35,
            0.14,
            "张",
            about="给线稿铺色，可以附上参考图",
            many_images=True,
            most_outputs=1,
            motif="tile",
            fields=(
                IMAGE,
                _field("palette", "主色", "color", default="#c8553d"),
                _field("strength", "上色强度", "number", default=0.7, min=0, max=1, step=0.1),
            ),
        ),
        Ability(
            "dashscope_caption",
            "dashscope",
            "caption",
            "阿里百炼 · 图像描述",
            DASHSCOPE,
            (5, 10),
            5,
            0.008,
            PER_TOKENS,
            about="用一段话描述图片内容",
            category="image_understanding",
            makes="text",
            fields=(
                IMAGE,
                _field("language", "语言", "select", default="zh", options=_options(("zh", "中文"), ("en", "English"))),
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Action:
    """What a traditional task does. Unknown actions are accepted, as the real backend accepts them."""

    name: str
    label: str
    executor_id: str
    seconds: tuple[float, float]
    motif: str = "print"


ACTIONS: Final[dict[str, Action]] = {
    action.name: action
    for action in (
        Action("yinhua_tiqu", "印花提取", PATTERN_EXTRACT, (20, 60)),
        Action("sifang_lianxu", "四方连续", SEAMLESS, (25, 75), "tile"),
        Action("gaoqing_fangda", "高清放大", UPSCALE, (30, 90), "poster"),
        Action("wenshengtu", "文生图", VOLCENGINE, (8, 25), "poster"),
    )
}


def action_named(name: str) -> Action:
    """The action of that name, or one like it for a name nobody has received of."""
    return ACTIONS.get(name) or Action(name, name, PATTERN_EXTRACT, (20, 60))
