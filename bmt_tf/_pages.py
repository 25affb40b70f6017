"""Templates of the package's HTML pages: what is put into one is escaped, and a name that is not given is an error."""

import jinja2


def page_environment(package: str) -> jinja2.Environment:
    """Returns what loads the templates in the folder `templates` of a package, given by its importable name."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
