/** Groups of people that ring together, one after the other, or by who has been idle longest. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../shared/icons";
import { useServices } from "../../shared/services";
import { KeptList, Remove } from "./kept-list";
import { type Choices, choicesQuery, type Group, putting, useChange } from "./queries";
import classes from "./routing.module.css";

const STRATEGIES = ["all", "turn", "idle"] as const;
const path = (id: string) => `/routing/groups/${id}`;
const bodyOf = ({ name, strategy, members }: Omit<Group, "id">) => ({ name, strategy, members });

/** Every change is saved at once, with a way back. */
function Row({ group, people }: { group: Group; people: Choices["people"] }) {
  const { t } = useTranslation();
  const change = useChange();
  const [name, setName] = useState(group.name);
  const wished = useRef(bodyOf(group));
  if (!change.isPending) wished.current = bodyOf(group);
  /** On top of what was changed a moment ago and is not seen here yet. */
  const save = (part: Partial<Group>) => {
    const before = wished.current;
    wished.current = { ...before, ...part };
    change.mutate(putting(path(group.id), before, wished.current, t("manage.routing.saved")));
  };
  const nameOf = (email: string) => people.find(({ user }) => user === email)?.name ?? email;
  const others = people.filter(({ user }) => !group.members.includes(user));
  return (
    <li className={classes.editor} data-testid={`group-${group.id}`}>
      <div className={classes.line}>
        <TextInput
          label={t("manage.routing.name")}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.currentTarget.value)}
          onBlur={() => {
            if (name.trim() && name !== group.name) save({ name });
          }}
        />
        <NativeSelect
          label={t("manage.routing.strategy")}
          value={group.strategy}
          data={STRATEGIES.map((value) => ({
            value,
            label: t(`manage.routing.strategies.${value}`),
          }))}
          onChange={(event) => save({ strategy: event.currentTarget.value as Group["strategy"] })}
        />
        <NativeSelect
          label={t("manage.routing.addMember")}
          data-testid="group-add-member"
          value=""
          data={[
            { value: "", label: t("manage.routing.choose") },
            ...others.map((each) => ({ value: each.user, label: each.name })),
          ]}
          onChange={(event) =>
            save({ members: [...wished.current.members, event.currentTarget.value] })
          }
        />
        <Remove path={path(group.id)} name={group.name} body={bodyOf(group)} />
      </div>
      <div className={classes.members}>
        {group.members.length === 0 ? (
          <span className={classes.hint}>{t("manage.routing.noMembers")}</span>
        ) : null}
        {group.members.map((email) => (
          <span key={email} className={classes.member}>
            {nameOf(email)}
            <button
              type="button"
              aria-label={t("manage.routing.removeMember", { name: nameOf(email) })}
              onClick={() =>
                save({ members: wished.current.members.filter((each) => each !== email) })
              }
            >
              <Icon name="close" size={14} />
            </button>
          </span>
        ))}
      </div>
    </li>
  );
}

export function Groups() {
  const { t } = useTranslation();
  const { api } = useServices();
  const people = useQuery(choicesQuery(api)).data?.people ?? [];
  return (
    <KeptList<Group>
      kind="groups"
      icon="people"
      none={t("manage.routing.noGroups")}
      noneHint={t("manage.routing.noGroupsHint")}
      add={t("manage.routing.addGroup")}
      addTestId="group-add"
      fresh={{ name: t("manage.routing.newGroup"), strategy: "all", members: [] }}
      row={(group) => <Row key={`${group.id} ${group.name}`} group={group} people={people} />}
    />
  );
}
