/** A new API token: what it is for, what it may do, for how long; then its secret, once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Me, Scope } from "../../api/types";
import { troubleOf } from "../../phone/phone";
import { SelectField, TextField } from "../desk/fields";
import buttons from "../shared/button.module.css";
import { useMe, useServices } from "../shared/services";
import { ErrorBox, errorText } from "../shared/trouble";
import { CopyButton, useWords } from "./copy-button";
import { tokensKey } from "./keys";
import classes from "./sign-in.module.css";

const DAYS = { month: 30, quarter: 90, year: 365, never: 0 } as const;
type Expiry = keyof typeof DAYS;
type Area = "own" | Me["rights"][number];
type Kind = "none" | "read" | "write";
const KINDS: readonly Kind[] = ["none", "read", "write"];

function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const w = useWords();
  return (
    <div className={classes.form}>
      <p className={classes.hint}>{w("tokens.secretHint")}</p>
      <code className={classes.secret} data-testid="token-secret">
        {secret}
      </code>
      <div className={classes.actions}>
        <button type="button" className={buttons.primary} data-testid="token-done" onClick={onDone}>
          {w("common.done")}
        </button>
        <CopyButton text={secret} />
      </div>
    </div>
  );
}

interface ScopeFieldsProps {
  areas: readonly Area[];
  chosen: Partial<Record<Area, Kind>>;
  onChoose: (area: Area, kind: Kind) => void;
}

function ScopeFields({ areas, chosen, onChoose }: ScopeFieldsProps) {
  const w = useWords();
  return (
    <fieldset className={classes.scopes}>
      <legend>{w("tokens.scopes")}</legend>
      {areas.map((area) => (
        <SelectField
          key={area}
          label={w(`tokens.areas.${area}`)}
          testId={`scope-${area}`}
          value={chosen[area] ?? "none"}
          options={KINDS.map((kind) => ({ value: kind, label: w(`tokens.kinds.${kind}`) }))}
          onChange={(kind) => onChoose(area, kind as Kind)}
        />
      ))}
    </fieldset>
  );
}

export function TokenForm({ onDone }: { onDone: () => void }) {
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const areas: readonly Area[] = ["own", ...useMe().rights];
  const [name, setName] = useState("");
  const [expiry, setExpiry] = useState<Expiry>("quarter");
  const [chosen, setChosen] = useState<Partial<Record<Area, Kind>>>({ own: "read" });
  const scopes = areas
    .map((area) => [area, chosen[area] ?? "none"] as const)
    .filter(([, kind]) => kind !== "none")
    .map(([area, kind]) => `${area}:${kind}` as Scope);
  const add = useMutation({
    mutationFn: () => {
      const days = DAYS[expiry];
      const end = days ? new Date(Date.now() + days * 86_400_000).toISOString() : null;
      return api.addToken({ name: name.trim(), scopes, expires_at: end });
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: tokensKey(null) }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (scopes.length > 0) add.mutate();
  };
  if (add.data) return <Secret secret={add.data.secret} onDone={onDone} />;
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextField
        label={w("tokens.name")}
        hint={w("tokens.nameHint")}
        testId="token-name"
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ScopeFields
        areas={areas}
        chosen={chosen}
        onChoose={(area, kind) => setChosen({ ...chosen, [area]: kind })}
      />
      {scopes.length === 0 ? <p className={classes.hint}>{w("tokens.noScope")}</p> : null}
      <SelectField
        label={w("tokens.expiry")}
        testId="token-expiry"
        value={expiry}
        options={(Object.keys(DAYS) as Expiry[]).map((each) => ({
          value: each,
          label: w(`tokens.expiries.${each}`),
        }))}
        onChange={(value) => setExpiry(value as Expiry)}
      />
      {add.error ? (
        <ErrorBox errorId={troubleOf(add.error).errorId}>{errorText(add.error)}</ErrorBox>
      ) : null}
      <button
        type="submit"
        className={buttons.primary}
        data-testid="token-make"
        disabled={add.isPending || scopes.length === 0}
      >
        {w("tokens.make")}
      </button>
    </form>
  );
}
