"""The command `pbx`."""

import argparse
import asyncio
import getpass
import json
import logging
import sys
from datetime import datetime
from pathlib import Path

from pbx import app, audio
from pbx.asterisk.config import ari_password, pbx_files, write
from pbx.asterisk.home import pbx_home
from pbx.asterisk.process import AsteriskFailed
from pbx.asterisk.runtime import AsteriskMissing, Runtime
from pbx.domain import password_rules
from pbx.domain.rights import Role
from pbx.domain.routing import BERLIN, Presence
from pbx.domain.routing.telling import described
from pbx.errors import ConfigError, NotFound, PbxError
from pbx.passwords import Argon2Hasher
from pbx.reference import load_reference
from pbx.settings import Settings
from pbx.settings_file import load
from pbx.store.migrate import upgrade
from pbx.web.openapi import document

FAILED, WRONG_USE = 1, 2
BOUNCE_BYTES = 512 * 1024


def say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    """Run the command line; exits with 0, 1 (failed) or 2 (wrong use or configuration)."""
    arguments = _parser().parse_args()
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("pbx").setLevel(arguments.log.upper())
    try:
        arguments.run(arguments)
    except ConfigError as e:
        sys.exit(_failed(f"Configuration: {e}", WRONG_USE))
    except (app.StartFailed, AsteriskFailed, AsteriskMissing) as e:
        sys.exit(_failed(str(e), FAILED))
    except PbxError as e:
        sys.exit(_failed(e.en, FAILED))


def _failed(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pbx", description="Softphone and PBX on Asterisk.")
    parser.add_argument("--log", default="info", choices=["debug", "info", "warning", "error"])
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--config", type=Path, default=Path("config/pbx.toml"))
        sub.add_argument("--data", type=Path, default=Path("data"))
        return sub

    serve = command("serve", "Run the exchange until it is stopped.")
    serve.add_argument("--demo", action="store_true", help="with a carrier and a mail server")
    serve.set_defaults(run=_serve)
    command("check", "Check the configuration and what it needs.").set_defaults(run=_check)
    command("migrate", "Bring the database up to date.").set_defaults(run=_migrate)
    user = command("user", "Add people, set passwords, make API tokens, help who lost their app.")
    user.add_argument("what", choices=["add", "list", "password", "token", "no-second-factor"])
    user.add_argument("email", nargs="?")
    user.add_argument("--name", default="")
    user.add_argument("--role", choices=[r.value for r in Role], default=Role.VPA.value)
    user.add_argument("--language", choices=["de", "en"], default="de")
    user.set_defaults(run=_user)
    elsewhere = command(
        "asterisk-config", "Write the configuration of an Asterisk that is started elsewhere."
    )
    elsewhere.add_argument("--modules", type=Path, default=Path("/usr/lib/asterisk/modules"))
    elsewhere.add_argument("--library", type=Path, default=Path("/usr/share/asterisk"))
    elsewhere.set_defaults(run=_asterisk_config)
    simulate = command("simulate", "Say what happens if somebody calls one of our numbers.")
    simulate.add_argument("did", help="the number that is called, e.g. +4922182829980")
    simulate.add_argument("--caller", help="who calls (E.164); without it the number is withheld")
    simulate.add_argument(
        "--at", type=datetime.fromisoformat, help="when, e.g. 2026-11-29T20:00 (German time)"
    )
    simulate.add_argument("--live", nargs="*", default=[], help="who is reachable (e-mail)")
    simulate.add_argument("--language", choices=["de", "en"], default="de")
    simulate.set_defaults(run=_simulate)
    command(
        "bounce", "Read a mail that came back from standard input; for a mail server's pipe."
    ).set_defaults(run=_bounce)
    command("openapi", "Print the API's description.").set_defaults(run=_openapi)
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    return load(arguments.config, arguments.data)


def _serve(arguments: argparse.Namespace) -> None:
    asyncio.run(app.serve(_settings(arguments), demo=arguments.demo, say=say))


def _check(arguments: argparse.Namespace) -> None:
    settings = _settings(arguments)
    load_reference(settings)
    audio.ensure_encoder()
    say(f"{settings.file}: in order.")


def _migrate(arguments: argparse.Namespace) -> None:
    settings = _settings(arguments)
    settings.data.mkdir(parents=True, exist_ok=True)
    asyncio.run(upgrade(settings.database_url))
    say("The database is up to date.")


def _user(arguments: argparse.Namespace) -> None:
    if arguments.what != "list" and not arguments.email:
        sys.exit(_failed("Which account? Give an e-mail address.", WRONG_USE))
    asyncio.run(_user_command(_settings(arguments), arguments))


async def _user_command(settings: Settings, arguments: argparse.Namespace) -> None:
    async with app.accounts(settings) as (accounts, directory):
        if arguments.what == "list":
            for person in await directory.users():
                say(f"{person.email}\t{person.role.value}\t{person.name}")
            return
        user = await directory.user_by_email(arguments.email)
        if arguments.what == "add":
            name = arguments.name or arguments.email.partition("@")[0]
            password = _new_password(settings, name, arguments.email)
            hashed = await asyncio.to_thread(Argon2Hasher().hash, password)
            role = Role(arguments.role)
            await directory.add_user(arguments.email, name, role, arguments.language, hashed)
            say(f"{arguments.email} added as {role.value}.")
        elif user is None:
            sys.exit(_failed(f"There is no account {arguments.email}.", FAILED))
        elif arguments.what == "password":
            await accounts.set_password(user, _new_password(settings, user.name, user.email))
            say("The password is set.")
        elif arguments.what == "no-second-factor":
            try:
                await accounts.reset_factor(user)
            except NotFound:
                sys.exit(_failed(f"{arguments.email} has no second factor.", FAILED))
            say("The password alone is enough now; every session has ended.")
        else:
            say(await accounts.new_api_token(user, arguments.name or "command line"))


def _simulate(arguments: argparse.Namespace) -> None:
    asyncio.run(_simulation(_settings(arguments), arguments))


async def _simulation(settings: Settings, arguments: argparse.Namespace) -> None:
    """The very function of a live call, with the reachable people given by hand."""
    async with app.planning(settings) as (planner, directory):
        users = await directory.users()
        live = {user.id for user in users if user.email in arguments.live}
        at = arguments.at or datetime.now(BERLIN)
        plan = await planner.plan(
            arguments.did,
            planner.caller(arguments.caller),
            at if at.tzinfo else at.replace(tzinfo=BERLIN),
            Presence(live=live),
        )
        names = {user.id: user.name for user in users}
        for line in described(plan, names, arguments.language):
            say(line)


def _new_password(settings: Settings, name: str, email: str) -> str:
    """Asked for twice at a terminal, otherwise one line of standard input.

    Raises:
        BadRequest: `weak-password`.
    """
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("New password: ")
        if getpass.getpass("Again: ") != password:
            sys.exit(_failed("The two are not the same.", WRONG_USE))
    password_rules.check(password, settings.accounts.password_level, (name, email))
    return password


def _asterisk_config(arguments: argparse.Namespace) -> None:
    """For `asterisk.managed = false`: that Asterisk sees the data folder under the same path."""
    settings = _settings(arguments)
    home = pbx_home(settings)
    runtime = Runtime((), arguments.modules, arguments.library, version="")
    write(pbx_files(settings, runtime, home, ari_password(settings)), home)
    say(f"Written. Start it with: asterisk -f -C {home.conf}")


def _bounce(arguments: argparse.Namespace) -> None:
    """Ends well whatever the mail is: a mail server must not send a bounce of a bounce."""
    raw = sys.stdin.buffer.read(BOUNCE_BYTES)
    say(asyncio.run(app.take_bounce(_settings(arguments), raw)).value)


def _openapi(arguments: argparse.Namespace) -> None:
    say(json.dumps(document(), indent=2))


if __name__ == "__main__":
    main()
