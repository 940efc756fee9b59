/** Above the list: which numbers are chosen, and what can be done with all of them. */
import { ActionIcon, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../shared/icons";
import { useServices } from "../../shared/services";
import { warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import { useStore } from "../../shared/use-store";
import { allNumbers, type NumberSearch, type OurNumber } from "./numbers-api";
import { choice, choose, MOST_AT_ONCE, useIsChosen } from "./several";
import classes from "./several.module.css";
import { SeveralDialog } from "./several-dialog";

/** Chooses a row of the list. */
export function Choose({ number }: { number: OurNumber }) {
  const { t } = useTranslation();
  return (
    <label className={`${classes.pick} ${classes.one}`}>
      <input
        type="checkbox"
        aria-label={t("manage.numbers.several.choose", { number: number.national })}
        data-testid={`number-choose-${number.e164}`}
        checked={useIsChosen(number.e164)}
        onChange={(event) => choose([number.e164], event.currentTarget.checked)}
      />
    </label>
  );
}

interface AllProps {
  e164s: readonly string[];
  chosen: ReadonlySet<string>;
}

/** Chooses all that are shown, or none of them. */
function All({ e164s, chosen }: AllProps) {
  const { t } = useTranslation();
  const count = e164s.filter((each) => chosen.has(each)).length;
  const all = count === e164s.length;
  return (
    <label className={classes.pick}>
      <input
        type="checkbox"
        aria-label={t("manage.numbers.several.all")}
        data-testid="numbers-choose-all"
        checked={all}
        ref={(box) => {
          if (box) box.indeterminate = count > 0 && !all;
        }}
        onChange={() => choose(e164s, !all)}
      />
      {chosen.size === 0 ? <span>{t("manage.numbers.several.all")}</span> : null}
    </label>
  );
}

interface BarProps {
  shown: readonly OurNumber[];
  /** More of them are found than are shown. */
  more: boolean;
  search: NumberSearch;
}

export function SeveralBar({ shown, more, search }: BarProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const chosen = useStore(choice);
  const [opened, setOpened] = useState(false);
  const found = useMutation({
    mutationFn: () => allNumbers(api, search),
    onSuccess: ({ items }) =>
      choose(
        items.map((each) => each.e164),
        true,
      ),
    onError: (error) => warn(errorText(error)),
  });
  const e164s = shown.map((each) => each.e164);
  const whole = e164s.every((each) => chosen.has(each));
  const further = more && whole && chosen.size === e164s.length;
  const full = chosen.size === MOST_AT_ONCE;
  return (
    <div className={classes.bar} data-further={further || undefined}>
      <All e164s={e164s} chosen={chosen} />
      <span className={classes.count} role="status" data-testid="numbers-chosen">
        {chosen.size === 0 ? null : (
          <>
            <b className="tabular">{chosen.size}</b>{" "}
            <span>{t(full ? "manage.numbers.several.full" : "manage.numbers.several.chosen")}</span>
          </>
        )}
      </span>
      {chosen.size === 0 ? null : (
        <>
          {further ? (
            <Button
              size="compact-sm"
              variant="subtle"
              loading={found.isPending}
              data-testid="numbers-choose-found"
              onClick={() => found.mutate()}
            >
              {t("manage.numbers.several.found")}
            </Button>
          ) : null}
          <ActionIcon
            className={classes.none ?? ""}
            variant="subtle"
            color="gray"
            aria-label={t("manage.numbers.several.none")}
            onClick={() => choice.set(new Set())}
          >
            <Icon name="close" size={17} />
          </ActionIcon>
          <Button
            className={classes.confirm ?? ""}
            data-testid="several-open"
            aria-label={t("manage.numbers.several.open")}
            onClick={() => setOpened(true)}
          >
            <span className={classes.long}>{t("manage.numbers.several.open")}</span>
            <span className={classes.short}>{t("manage.numbers.several.openShort")}</span>
          </Button>
        </>
      )}
      {opened ? <SeveralDialog numbers={[...chosen]} onClose={() => setOpened(false)} /> : null}
    </div>
  );
}
