/** Searches that somebody keeps for themselves: chosen with one click. */
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SavedSearch } from "../../api/types";
import { Icon } from "../shared/icons";
import { Popover } from "../shared/popover";
import { useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { type CallFilter, restored, saved } from "./call-filter";
import classes from "./calls-page.module.css";

const KEY = ["saved-searches"];

function useSaved() {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const items = useQuery({ queryKey: KEY, queryFn: api.savedSearches }).data?.items ?? [];
  const again = () => queries.invalidateQueries({ queryKey: KEY });
  const onError = (error: Error) => warn(errorText(error));
  const save = useMutation({
    mutationFn: ({ name, search }: Pick<SavedSearch, "name" | "search">) =>
      api.saveSearch(name, search),
    onSuccess: again,
    onError,
  });
  const remove = useMutation({
    mutationFn: ({ name }: SavedSearch) => api.removeSearch(name),
    onSuccess: (_, gone) => {
      void again();
      tell(t("manage.calls.removed", { name: gone.name }), () => save.mutate(gone));
    },
    onError,
  });
  return { items, save: save.mutate, remove: remove.mutate };
}

interface SavedSearchesProps {
  filter: CallFilter;
  onChange: (filter: CallFilter) => void;
}

export function SavedSearches({ filter, onChange }: SavedSearchesProps) {
  const { t } = useTranslation();
  const { items, save, remove } = useSaved();
  const [name, setName] = useState("");
  return (
    <div className={classes.saved}>
      {items.map((item) => (
        <span key={item.name} className={classes.chip}>
          <button type="button" onClick={() => onChange(restored(item.search))}>
            {item.name}
          </button>
          <button
            type="button"
            aria-label={t("manage.calls.remove", { name: item.name })}
            onClick={() => remove(item)}
          >
            <Icon name="close" size={14} />
          </button>
        </span>
      ))}
      <Popover
        className={classes.panel}
        button={(props) => (
          <button type="button" {...props} className={classes.save} data-testid="save-search">
            <Icon name="star" size={16} />
            {t("manage.calls.save")}
          </button>
        )}
      >
        {(close) => (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!name.trim()) return;
              save({ name: name.trim(), search: saved(filter) });
              setName("");
              close();
            }}
          >
            <TextInput
              label={t("manage.calls.saveAs")}
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" disabled={!name.trim()}>
              {t("manage.calls.save")}
            </Button>
          </form>
        )}
      </Popover>
    </div>
  );
}
