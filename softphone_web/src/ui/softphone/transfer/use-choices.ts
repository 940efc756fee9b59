/** The list below the field, and which of its entries is chosen. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { colleaguesQuery, contactSearchQuery } from "../../shared/queries";
import { useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import { type Choice, choiceKey, choicesFor, moved } from "../transfer-search";

export interface Choices {
  list: readonly Choice[];
  /** Key of the chosen one, or null. */
  chosenKey: string | null;
  chosen: Choice | null;
  loading: boolean;
  failed: boolean;
  choose: (choice: Choice) => void;
  /** Forgets the choice, as the text changes. */
  forget: () => void;
  /** Moves by an arrow key. */
  step: (by: 1 | -1) => void;
}

const TYPING_MS = 160;

export function useChoices(text: string): Choices {
  const { api } = useServices();
  const [picked, setPicked] = useState<string | null>(null);
  const query = useDebounced(text.trim(), TYPING_MS);
  const colleagues = useQuery(colleaguesQuery(api));
  const contacts = useQuery({
    ...contactSearchQuery(api, query),
    enabled: query !== "",
    placeholderData: keepPreviousData,
  });
  const found = query && text.trim() ? (contacts.data?.items ?? []) : [];
  const list = choicesFor(text, colleagues.data?.items ?? [], found);
  // A number that is typed is meant at once; so is the only one that a name leaves over.
  const single = text.trim() !== "" && list.length === 1 ? list[0] : undefined;
  const typed = list.find((choice) => choice.kind === "number");
  const chosen = list.find((choice) => choiceKey(choice) === picked) ?? typed ?? single ?? null;
  const step = (by: 1 | -1) => {
    const at = chosen ? list.indexOf(chosen) : by === 1 ? -1 : 0;
    const next = list[moved(at, by, list.length)];
    if (next) setPicked(choiceKey(next));
  };
  return {
    list,
    chosen,
    chosenKey: chosen ? choiceKey(chosen) : null,
    loading: colleagues.isPending,
    failed: colleagues.isError,
    choose: (choice) => setPicked(choiceKey(choice)),
    forget: () => setPicked(null),
    step,
  };
}
