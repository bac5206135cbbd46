"""duban demo and duban serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from typing import Annotated

import typer

from app import demonstration, installation, serving
from app.cli.start import DataDir, Port, plain_refusals, settings_of
from app.integrations import readiness

commands = typer.Typer()


@commands.command()
def demo(port: Port = 8000, data: DataDir = None) -> None:
    """建立演示数据（武进区 2018 年的责任分解表）并启动服务。"""
    with plain_refusals():
        settings = settings_of(data)
        readiness.check(settings)
        listener = serving.listen("127.0.0.1", port)
        with closed_if_refused(listener):
            demonstration.ensure(installation.create_database(settings))
    typer.echo(f"督办演示地址：http://127.0.0.1:{listener.getsockname()[1]}")
    typer.echo(f"演示账号（密码都是 {demonstration.PASSWORD}）：")
    for account in demonstration.ACCOUNTS:
        typer.echo(f"  {account.username:<12}{account.label}")
    typer.echo(f"数据保存在 {settings.data_dir}；按 Ctrl+C 停止。")
    serving.serve(settings, listener)


@commands.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Port = 8000,
    data: DataDir = None,
) -> None:
    """启动正式服务。"""
    with plain_refusals():
        settings = settings_of(data)
        readiness.check(settings)
        listener = serving.listen(host, port)
        with closed_if_refused(listener):
            demonstration.refuse(installation.open_database(settings))
    typer.echo(f"督办地址：http://{host}:{listener.getsockname()[1]}")
    serving.serve(settings, listener)


@contextmanager
def closed_if_refused(listener: socket) -> Iterator[None]:
    """The port is taken first, so that a second start by mistake touches no data; give it back on a refusal."""
    try:
        yield
    except BaseException:
        listener.close()
        raise
