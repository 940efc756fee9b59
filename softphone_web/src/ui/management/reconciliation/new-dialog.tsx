/** Takes a carrier's file: whose it is, what its columns mean, which days are compared. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { troubleOf } from "../../../phone/phone";
import { useWords } from "../../desk/words";
import { Dialog } from "../../shared/dialog";
import { FileDrop } from "../../shared/file-drop";
import { useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { ErrorBox, errorText } from "../../shared/trouble";
import { MappingFields } from "./mapping-fields";
import classes from "./reconciliation.module.css";
import {
  addCarrier,
  carriersQuery,
  lookAt,
  type Mapping,
  putCarrier,
  type Reconciliation,
  reconcile,
  reconciliationKeys,
} from "./reconciliation-api";

const NEW = "new";
const CSV = ".csv,.txt,text/csv";

interface Props {
  onMade: (made: Reconciliation) => void;
  onClose: () => void;
}

export function NewDialog({ onMade, onClose }: Props) {
  const { t } = useTranslation();
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const carriers = useQuery(carriersQuery(api)).data?.items ?? [];
  const [wanted, setWanted] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [trunk, setTrunk] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [period, setPeriod] = useState({ from: "", to: "" });
  const chosen = wanted ?? carriers[0]?.id ?? NEW;
  const look = useMutation({
    mutationFn: async (picked: File) => {
      let carrier = carriers.find(({ id }) => id === chosen);
      if (!carrier) {
        carrier = await addCarrier(api, name, trunk);
        await queries.invalidateQueries({ queryKey: reconciliationKeys.carriers });
        setWanted(carrier.id);
      }
      return lookAt(api, carrier.id, picked);
    },
    onSuccess: (seen) => setMapping(seen.mapping as Mapping),
  });
  const start = useMutation({
    mutationFn: async () => {
      const carrier = carriers.find(({ id }) => id === chosen);
      if (!carrier || !mapping || !file) throw new Error("nothing is chosen");
      await putCarrier(api, carrier, mapping);
      return reconcile(api, carrier.id, file, period.from, period.to);
    },
    onSuccess: (made) => {
      tell(t("manage.reconciliation.done", { count: made.findings }));
      onMade(made);
      onClose();
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: reconciliationKeys.all }),
  });
  const trouble = start.error ?? look.error;
  const usable = Boolean(mapping?.number && mapping.begin && mapping.seconds);
  return (
    <Dialog title={t("manage.reconciliation.new")} onClose={onClose}>
      <div className={classes.body} data-testid="reconcile-dialog">
        <p>{t("manage.reconciliation.newIntro")}</p>
        <NativeSelect
          label={t("manage.reconciliation.carrier")}
          data-testid="reconcile-carrier"
          value={chosen}
          onChange={(event) => {
            setWanted(event.currentTarget.value);
            setMapping(null);
            setFile(null);
          }}
          data={[
            ...carriers.map(({ id, name: label }) => ({ value: id, label })),
            { value: NEW, label: t("manage.reconciliation.newCarrier") },
          ]}
        />
        {chosen === NEW ? (
          <div className={classes.pair}>
            <TextInput
              label={t("manage.reconciliation.name")}
              data-testid="carrier-name"
              value={name}
              maxLength={100}
              required
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={t("manage.reconciliation.trunk")}
              placeholder={t("manage.reconciliation.allTrunks")}
              value={trunk}
              maxLength={100}
              onChange={(event) => setTrunk(event.currentTarget.value)}
            />
          </div>
        ) : null}
        <FileDrop
          title={file ? file.name : w("fileImport.choose")}
          hint={w(file ? "fileImport.other" : "fileImport.drop")}
          filled={file !== null}
          accept={CSV}
          testId="carrier-file"
          disabled={chosen === NEW && !name.trim()}
          onFile={(picked) => {
            setFile(picked);
            setMapping(null);
            look.mutate(picked);
          }}
        />
        {look.data && mapping ? (
          <>
            <MappingFields file={look.data} mapping={mapping} onChange={setMapping} />
            <div className={classes.pair}>
              {(["from", "to"] as const).map((end) => (
                <TextInput
                  key={end}
                  type="date"
                  label={t(`manage.reconciliation.${end}`)}
                  value={period[end]}
                  onChange={(event) => {
                    const { value } = event.currentTarget;
                    setPeriod((before) => ({ ...before, [end]: value }));
                  }}
                />
              ))}
            </div>
            <p>{t("manage.reconciliation.periodHint")}</p>
          </>
        ) : null}
        <div aria-live="polite">
          {trouble ? (
            <ErrorBox errorId={troubleOf(trouble).errorId}>{errorText(trouble)}</ErrorBox>
          ) : null}
        </div>
        <Button
          data-testid="reconcile-start"
          loading={start.isPending || look.isPending}
          disabled={!usable || !file}
          onClick={() => start.mutate()}
        >
          {t("manage.reconciliation.start")}
        </Button>
      </div>
    </Dialog>
  );
}
