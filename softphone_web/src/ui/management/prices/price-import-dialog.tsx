/** Takes over a carrier's price list: first shown what it would change, then done. */
import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FileImport } from "../../desk/file-import";
import { dayKey } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import { money } from "./money";
import classes from "./prices.module.css";
import { importRates, type PriceImport, type PriceList, type Rate, undoImport } from "./prices-api";
import { useRefreshPrices } from "./use-prices";

function Changes({ result, currency }: { result: PriceImport; currency: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const title = t("manage.prices.importing.changes");
  const price = (rate: Rate | null) => {
    if (!rate?.per_minute) return "–";
    return `${money(rate.per_minute, currency, language)} (${rate.first}/${rate.next})`;
  };
  if (result.changes.length === 0) return null;
  const more = result.added + result.changed + result.gone - result.changes.length;
  return (
    <>
      <section
        className={classes.changes}
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
        tabIndex={0}
      >
        <table>
          <tbody>
            {result.changes.map(({ kind, destination, label, before, after }) => (
              <tr key={destination} data-kind={kind}>
                <td>{t(`manage.prices.importing.kinds.${kind}`)}</td>
                <td>
                  {destination} {label}
                </td>
                <td className="tabular">
                  {kind === "added" ? price(after) : `${price(before)} → ${price(after)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more > 0 ? <p>{t("manage.prices.importing.more", { count: more })}</p> : null}
    </>
  );
}

/** What a price list makes of a file, in the words of every import. */
function figuresOf(found: PriceImport) {
  const errors = found.errors.map(({ row, problem }) => ({ row, text: problem }));
  return { ...found, created: found.added, updated: found.changed, errors };
}

export function PriceImportDialog({ prices, onClose }: { prices: PriceList; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPrices();
  const [day, setDay] = useState(dayKey(new Date()));
  const back = useMutation({
    mutationFn: (revision: number) => undoImport(api, prices.id, revision),
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
  return (
    <FileImport
      testId="prices-import"
      title={t("manage.prices.importing.title", { name: prices.name })}
      intro={t("manage.prices.importing.intro")}
      settings={`${prices.id} ${day}`}
      send={async (file, dryRun) => {
        const found = await importRates(api, prices.id, file, day, dryRun);
        return { ...figuresOf(found), found };
      }}
      details={({ found }) =>
        found.errors.length > 0 ? null : <Changes result={found} currency={prices.currency} />
      }
      onDone={refresh}
      undoOf={({ found: { revision } }) => (revision === null ? null : () => back.mutate(revision))}
      onClose={onClose}
    >
      <TextInput
        type="date"
        required
        label={t("manage.prices.importing.day")}
        data-testid="prices-import-day"
        value={day}
        onChange={(event) => {
          if (event.currentTarget.value) setDay(event.currentTarget.value);
        }}
      />
    </FileImport>
  );
}
