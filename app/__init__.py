"""The window: Qt in front of the engine. Nothing here does network arithmetic."""


def installed_version() -> str:
    """Return the version of the installed package; empty if cnnviz runs uninstalled."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to load

    try:
        return version("cnnviz")
    except PackageNotFoundError:
        return ""
