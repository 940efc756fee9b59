/** API tokens in the own name. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Me, Scope, TokenView } from "../../api/types";
import page from "../desk/page.module.css";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { moment } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText, LoadFailed } from "../shared/trouble";
import { useWords } from "./copy-button";
import { tokensKey } from "./keys";
import classes from "./sign-in.module.css";
import { TokenForm } from "./token-form";

type Area = "own" | Me["rights"][number];

/** Revoking cannot be undone, so it takes a second click. */
function Revoke({ name, onRevoke }: { name: string; onRevoke: () => void }) {
  const w = useWords();
  const [armed, setArmed] = useState(false);
  return (
    <button
      type="button"
      className={buttons.secondary}
      data-testid="revoke-token"
      aria-label={armed ? undefined : w("tokens.revokeOf", { name })}
      onClick={() => (armed ? onRevoke() : setArmed(true))}
      onBlur={() => setArmed(false)}
    >
      {w(armed ? "tokens.revokeNow" : "tokens.revoke")}
    </button>
  );
}

function Row({ token, onRevoke }: { token: TokenView; onRevoke: () => void }) {
  const w = useWords();
  const language = useLanguage();
  const end = token.expires_at
    ? w("tokens.until", { at: moment(token.expires_at, language) })
    : w("tokens.forever");
  const said = (scope: Scope) => {
    const [area, kind] = scope.split(":") as [Area, "read" | "write"];
    return `${w(`tokens.short.${area}`)}: ${w(`tokens.kinds.${kind}`)}`;
  };
  const used = token.used_at
    ? w("tokens.used", { at: moment(token.used_at, language) })
    : w("tokens.unused");
  return (
    <li data-testid="token">
      <div className={classes.what}>
        <strong>{token.name}</strong>
        <small>{token.scopes ? token.scopes.map(said).join(" · ") : w("tokens.all")}</small>
        <small>
          {end} · {used}
        </small>
      </div>
      {token.expired ? <span className={page.badge}>{w("tokens.expired")}</span> : null}
      <Revoke name={token.name} onRevoke={onRevoke} />
    </li>
  );
}

export function TokensSection() {
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const tokens = useQuery({ queryKey: tokensKey, queryFn: api.tokens });
  const revoke = useMutation({
    mutationFn: api.revokeToken,
    onSuccess: () => tell(w("tokens.revoked")),
    onError: (error) => warn(errorText(error)),
    onSettled: () => void queries.invalidateQueries({ queryKey: tokensKey }),
  });
  const items = tokens.data?.items ?? [];
  return (
    <section className={classes.section} aria-labelledby="tokens-title">
      <div className={classes.top}>
        <div>
          <h2 id="tokens-title">{w("tokens.title")}</h2>
          <p>{w("tokens.hint")}</p>
        </div>
        <button
          type="button"
          className={buttons.secondary}
          data-testid="token-add"
          onClick={() => setAdding(true)}
        >
          {w("tokens.add")}
        </button>
      </div>
      {tokens.error ? (
        <LoadFailed error={tokens.error} retry={() => void tokens.refetch()} />
      ) : null}
      {tokens.data && items.length === 0 ? (
        <p className={classes.hint}>{w("tokens.none")}</p>
      ) : (
        <ul className={classes.rows}>
          {items.map((token) => (
            <Row key={token.id} token={token} onRevoke={() => revoke.mutate(token.id)} />
          ))}
        </ul>
      )}
      {adding ? (
        <Dialog title={w("tokens.add")} onClose={() => setAdding(false)}>
          <TokenForm onDone={() => setAdding(false)} />
        </Dialog>
      ) : null}
    </section>
  );
}
