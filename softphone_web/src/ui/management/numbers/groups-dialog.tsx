/** Groups of numbers: add, rename, remove. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Page } from "../../../api/types";
import { Dialog } from "../../shared/dialog";
import { Icon } from "../../shared/icons";
import { useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import classes from "./groups-dialog.module.css";
import {
  addGroup,
  groupsQuery,
  type NumberGroup,
  type OurNumber,
  removeGroup,
  renameGroup,
  useRefreshNumbers,
} from "./numbers-api";

function useGroups() {
  const { t } = useTranslation();
  const { api } = useServices();
  const onSettled = useRefreshNumbers();
  const onError = (error: Error) => warn(errorText(error));
  const add = useMutation({
    mutationFn: ({ name, numbers }: { name: string; numbers: readonly string[] }) =>
      addGroup(api, name, numbers),
    onError,
    onSettled,
  });
  const rename = useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) => renameGroup(api, id, name),
    onError,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: async (group: NumberGroup) => {
      const inside = await api.get<Page<OurNumber>>("/numbers", { group: group.id });
      await removeGroup(api, group.id);
      return inside.items.map((number) => number.e164);
    },
    onSuccess: (numbers, { name }) =>
      tell(t("manage.numbers.groups.removed", { name }), () => add.mutate({ name, numbers })),
    onError,
    onSettled,
  });
  return { add, rename, remove };
}

interface GroupProps {
  group: NumberGroup;
  onRename: (name: string) => void;
  onRemove: () => void;
}

function Group({ group, onRename, onRemove }: GroupProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(group.name);
  const save = () => {
    const tidy = name.trim();
    if (tidy && tidy !== group.name) onRename(tidy);
    else setName(group.name);
  };
  return (
    <li data-testid="number-group">
      <TextInput
        aria-label={t("manage.numbers.groups.name", { name: group.name })}
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Enter") save();
        }}
      />
      <small className="tabular">
        {t("manage.numbers.groups.count", { count: group.numbers })}
      </small>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("manage.numbers.groups.remove", { name: group.name })}
        onClick={onRemove}
      >
        <Icon name="trash" size={18} />
      </ActionIcon>
    </li>
  );
}

export function GroupsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { add, rename, remove } = useGroups();
  const [name, setName] = useState("");
  const groups = useQuery(groupsQuery(api)).data?.items ?? [];
  return (
    <Dialog title={t("manage.numbers.groups.title")} onClose={onClose}>
      <div className={classes.body} data-testid="groups-dialog">
        <p>{t("manage.numbers.groups.intro")}</p>
        {groups.length === 0 ? <p>{t("manage.numbers.groups.empty")}</p> : null}
        <ul>
          {groups.map((group) => (
            <Group
              key={`${group.id} ${group.name}`}
              group={group}
              onRename={(next) => rename.mutate({ id: group.id, name: next })}
              onRemove={() => remove.mutate(group)}
            />
          ))}
        </ul>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate({ name: name.trim(), numbers: [] }, { onSuccess: () => setName("") });
          }}
        >
          <TextInput
            label={t("manage.numbers.groups.new")}
            maxLength={60}
            data-testid="group-name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            type="submit"
            loading={add.isPending}
            disabled={!name.trim()}
            data-testid="group-add"
          >
            {t("manage.numbers.groups.add")}
          </Button>
        </form>
      </div>
    </Dialog>
  );
}
