"""LocalStack calls itself by the name localhost, and listens on [::1] alone: the name means that here."""

import socket

_getaddrinfo = socket.getaddrinfo


def _on_ipv6(host, *arguments, **options):
    return _getaddrinfo("::1" if host == "localhost" else host, *arguments, **options)


socket.getaddrinfo = _on_ipv6
