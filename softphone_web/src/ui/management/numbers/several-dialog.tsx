/** Confirms the checklists of several numbers: what is ready, what is not, and why. */
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { Icon } from "../../shared/icons";
import { Link } from "../../shared/router";
import { useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { ErrorBox, errorText, LoadFailed } from "../../shared/trouble";
import { useRefreshNumbers } from "./numbers-api";
import { choose, pointsOf, sorted, type VERDICTS } from "./several";
import classes from "./several.module.css";
import {
  type ChecksDone,
  type Checkup,
  checkupsQuery,
  confirmNumbers,
  takeNumbersBack,
} from "./several-api";

type Verdict = (typeof VERDICTS)[number];

const ICONS = { ready: "check", wrong: "alert", nothing: "list" } as const;

function Numbers({ of }: { of: readonly Checkup[] }) {
  return (
    <ul>
      {of.map(({ e164, national, label, findings }) => (
        <li key={e164}>
          <span>
            <Link className="tabular" href={`/manage/numbers/${encodeURIComponent(e164)}`}>
              {national}
            </Link>
            {label === e164 ? null : <small>{label}</small>}
          </span>
          {findings.map((each) => (
            <span key={each}>{each}</span>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Group({ verdict, of }: { verdict: Verdict; of: readonly Checkup[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(verdict === "wrong");
  return (
    <details
      data-verdict={verdict}
      data-count={of.length}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <Icon name={ICONS[verdict]} size={18} />
        <span>{t(`manage.numbers.several.${verdict}`, { count: of.length })}</span>
        <Icon name="chevron" size={16} />
      </summary>
      {open ? <Numbers of={of} /> : null}
    </details>
  );
}

const e164sOf = (items: readonly Checkup[]) => items.map((each) => each.e164);

function useConfirm(onDone: (left: number) => void) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshNumbers();
  const onError = (error: Error) => warn(errorText(error));
  const takeBack = useMutation({
    mutationFn: ({ at }: ChecksDone) => takeNumbersBack(api, at),
    onSuccess: (_, { items }) => {
      choose(e164sOf(items), true);
      tell(t("manage.numbers.several.takenBack"));
    },
    onError,
    onSettled: refresh,
  });
  return useMutation({
    mutationFn: (ready: readonly Checkup[]) => confirmNumbers(api, ready),
    onSuccess: (done, ready) => {
      const confirmed = done.items.filter((each) => each.verdict === "confirmed");
      if (confirmed.length > 0) {
        const said = t("manage.numbers.several.done", { count: confirmed.length });
        tell(said, () => takeBack.mutate({ ...done, items: confirmed }));
      }
      // What is left to be looked at by itself stays chosen.
      choose(e164sOf(confirmed), false);
      onDone(ready.length - confirmed.length);
    },
    onError,
    onSettled: refresh,
  });
}

interface DialogProps {
  numbers: readonly string[];
  onClose: () => void;
}

export function SeveralDialog({ numbers, onClose }: DialogProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  // What is looked at stays, whatever is chosen meanwhile.
  const [asked] = useState(numbers);
  const [left, setLeft] = useState(0);
  const look = useQuery(checkupsQuery(api, asked));
  const confirm = useConfirm((count) => {
    setLeft(count);
    if (count === 0) onClose();
  });
  const groups = sorted(look.data?.items ?? []);
  const ready = groups[0]?.of ?? [];
  const points = pointsOf(ready).join(", ");
  return (
    <Dialog title={t("manage.numbers.several.title")} onClose={onClose}>
      <div className={classes.body} data-testid="several-dialog">
        {look.isPending ? <p aria-live="polite">{t("manage.numbers.several.looking")}</p> : null}
        {look.error ? <LoadFailed error={look.error} retry={() => void look.refetch()} /> : null}
        {left > 0 ? (
          <ErrorBox errorId="changed-meanwhile">
            {t("manage.numbers.several.changed", { count: left })}
          </ErrorBox>
        ) : null}
        {points ? <p>{t("manage.numbers.several.intro", { points })}</p> : null}
        {groups.map(({ verdict, of }) =>
          of.length > 0 ? <Group key={verdict} verdict={verdict} of={of} /> : null,
        )}
        <div className={classes.end}>
          <Button
            data-testid="several-confirm"
            loading={confirm.isPending}
            disabled={ready.length === 0}
            onClick={() => confirm.mutate(ready)}
          >
            {t("manage.numbers.several.confirm", { count: ready.length })}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
