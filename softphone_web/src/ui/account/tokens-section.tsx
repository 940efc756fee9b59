/** API tokens in the own name, or another person's. */
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
import { SureButton } from "./sure-button";
import { TokenForm } from "./token-form";

type Area = "own" | Me["rights"][number];

interface RowProps {
  token: TokenView;
  /** What a token without scopes may do. */
  all: string;
  onRevoke: () => void;
}

function Row({ token, all, onRevoke }: RowProps) {
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
        <small>{token.scopes ? token.scopes.map(said).join(" · ") : all}</small>
        <small>
          {end} · {used}
        </small>
      </div>
      {token.expired ? <span className={page.badge}>{w("tokens.expired")}</span> : null}
      <SureButton
        label={w("tokens.revoke")}
        sure={w("tokens.revokeNow")}
        name={w("tokens.revokeOf", { name: token.name })}
        testId="revoke-token"
        onSure={onRevoke}
      />
    </li>
  );
}

/** `of`: another person's id; null: one's own, to which one can be added. */
export function TokensSection({ of = null }: { of?: string | null }) {
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const tokens = useQuery({ queryKey: tokensKey(of), queryFn: () => api.tokens(of) });
  const revoke = useMutation({
    mutationFn: (id: string) => api.revokeToken(of, id),
    onSuccess: () => tell(w("tokens.revoked")),
    onError: (error) => warn(errorText(error)),
    onSettled: () => void queries.invalidateQueries({ queryKey: tokensKey(of) }),
  });
  const items = tokens.data?.items ?? [];
  return (
    <section className={classes.section} aria-labelledby="tokens-title">
      <div className={classes.top}>
        <div>
          <h2 id="tokens-title">{w("tokens.title")}</h2>
          <p>{w(of ? "tokens.hintOf" : "tokens.hint")}</p>
        </div>
        {of ? null : (
          <button
            type="button"
            className={buttons.secondary}
            data-testid="token-add"
            onClick={() => setAdding(true)}
          >
            {w("tokens.add")}
          </button>
        )}
      </div>
      {tokens.error ? (
        <LoadFailed error={tokens.error} retry={() => void tokens.refetch()} />
      ) : null}
      {tokens.data && items.length === 0 ? (
        <p className={classes.hint}>{w("tokens.none")}</p>
      ) : (
        <ul className={classes.rows}>
          {items.map((token) => (
            <Row
              key={token.id}
              token={token}
              all={w(of ? "tokens.allOf" : "tokens.all")}
              onRevoke={() => revoke.mutate(token.id)}
            />
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
