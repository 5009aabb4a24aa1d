"""Settings of Sphinx. `nox -s docs` builds the site into build/docs.

The source folder is the whole repository, so that links between Markdown files work here as they
work on GitHub, and a page has the path of its file.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "np-*"
author = "The np-* authors"
project_copyright = author
language = "en"  # pages below docs/ko are Korean, see _ext/languages.py
root_doc = "docs/index"
include_patterns = [
    "README*.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/**.md",
    "docs/api/*.rst",
    "packages/*/README*.md",
    "packages/*/CHANGELOG.md",
    "packages/*/docs/*.md",
]
exclude_patterns = [".*", "build", "data", "dvc_plots", "models", "node_modules", "reports", "tmp"]

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "api",
    "equations",
    "exhibits",
    "languages",
    "results",
]
html_math_renderer = "mathml"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
default_role = "py:obj"
nitpicky = True
# Single backticks also mark names that have no page of their own: parameters, modules, files.
nitpick_ignore_regex = [("py:obj", ".*")]
suppress_warnings = ["misc.highlighting_failure"]  # shapes and outputs in READMEs

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings have the types
autodoc_class_signature = "mixed"
numpydoc_show_class_members = False
add_module_names = False
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = "np-*"
html_static_path = ["_static"]
html_extra_path = ["_extra", "../reports/report.html"]
html_css_files = ["site.css"]
templates_path = ["_templates"]
html_show_sourcelink = False
html_copy_source = False
pygments_style = "default"
pygments_dark_style = "monokai"
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
