"""The command `pbx`."""

import argparse
import asyncio
import getpass
import json
import logging
import sys
from pathlib import Path

from pbx import app, audio
from pbx.asterisk.config import ari_password, pbx_files, write
from pbx.asterisk.home import pbx_home
from pbx.asterisk.process import AsteriskFailed
from pbx.asterisk.runtime import AsteriskMissing, Runtime
from pbx.domain.rights import Role
from pbx.domain.texts import routing_text
from pbx.errors import ConfigError, PbxError
from pbx.passwords import Argon2Hasher
from pbx.reference import load_reference
from pbx.services.switchboard import plan_for
from pbx.settings import Settings, load
from pbx.store.migrate import upgrade
from pbx.web.openapi import document
from pbx.wiring import HOME_REGION

FAILED, WRONG_USE = 1, 2
MIN_PASSWORD = 10


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
    user = command("user", "Add people, set passwords, make API tokens.")
    user.add_argument("what", choices=["add", "list", "password", "token"])
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
    simulate.add_argument("--live", nargs="*", default=[], help="who is reachable (e-mail)")
    simulate.add_argument("--language", choices=["de", "en"], default="de")
    simulate.set_defaults(run=_simulate)
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
            hashed = await asyncio.to_thread(Argon2Hasher().hash, _new_password())
            name = arguments.name or arguments.email.partition("@")[0]
            role = Role(arguments.role)
            await directory.add_user(arguments.email, name, role, arguments.language, hashed)
            say(f"{arguments.email} added as {role.value}.")
        elif user is None:
            sys.exit(_failed(f"There is no account {arguments.email}.", FAILED))
        elif arguments.what == "password":
            await accounts.set_password(user, _new_password())
            say("The password is set.")
        else:
            say(await accounts.new_api_token(user, arguments.name or "command line"))


def _simulate(arguments: argparse.Namespace) -> None:
    asyncio.run(_simulation(_settings(arguments), arguments))


async def _simulation(settings: Settings, arguments: argparse.Namespace) -> None:
    """The very function of a live call, with the reachable people given by hand."""
    async with app.accounts(settings) as (_, directory):
        plan = await plan_for(
            directory,
            arguments.did,
            HOME_REGION,
            settings.numbers.head_office,
            settings.numbers.head_office_ring,
            live={
                user.id
                for email in arguments.live
                if (user := await directory.user_by_email(email))
            },
        )
        people = {user.id: user.name for user in await directory.users()}
        language = arguments.language
        say(f"{plan.number.e164} {plan.number.label}")
        for note in plan.notes:
            say(f"  {routing_text(note, language)}")
        for skipped in plan.skipped:
            say(f"  {people.get(skipped.user_id)}: {routing_text(skipped.reason, language)}")
        for target in plan.targets:
            reason = routing_text(target.reason, language)
            say(f"  {people.get(target.user_id)}, {target.seconds} s: {reason}")
        say("  Voicemail")


def _new_password() -> str:
    """Asked for twice at a terminal, otherwise one line of standard input."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("New password: ")
        if getpass.getpass("Again: ") != password:
            sys.exit(_failed("The two are not the same.", WRONG_USE))
    if len(password) < MIN_PASSWORD:
        sys.exit(_failed(f"A password has at least {MIN_PASSWORD} characters.", WRONG_USE))
    return password


def _asterisk_config(arguments: argparse.Namespace) -> None:
    """For `asterisk.managed = false`: that Asterisk sees the data folder under the same path."""
    settings = _settings(arguments)
    home = pbx_home(settings)
    runtime = Runtime((), arguments.modules, arguments.library, version="")
    write(pbx_files(settings, runtime, home, ari_password(settings)), home)
    say(f"Written. Start it with: asterisk -f -C {home.conf}")


def _openapi(arguments: argparse.Namespace) -> None:
    say(json.dumps(document(), indent=2))


if __name__ == "__main__":
    main()
