import { useQueryClient } from "@tanstack/react-query";
import type { Contact } from "../../api/types";
import { keys } from "../shared/queries";
import { useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { putOf } from "./contact-form";
import { useWords } from "./words";

/** Whatever shows names is asked for again. */
export function useRefreshContacts(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [keys.contacts, ["caller"], keys.calls]) {
      void queries.invalidateQueries({ queryKey });
    }
  };
}

/** Deletes at once; nobody is asked, but it can be taken back. */
export function useDeleteContact(): (contact: Contact) => Promise<void> {
  const w = useWords();
  const { api } = useServices();
  const refresh = useRefreshContacts();
  return async (contact) => {
    try {
      await api.deleteContact(contact.id);
    } catch (error) {
      warn(errorText(error));
      return;
    }
    refresh();
    tell(w("contacts.deleted", { name: contact.name }), () => {
      api.addContact(putOf(contact)).then(refresh, (error: unknown) => warn(errorText(error)));
    });
  };
}
