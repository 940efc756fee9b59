/** Signing out: here, and at the company for those who came from there. */
import { useMutation } from "@tanstack/react-query";
import { useServices } from "./services";
import { warn } from "./toasts";
import { errorText } from "./trouble";

export function useSignOut() {
  const { api, endSession } = useServices();
  return useMutation({
    mutationFn: api.signOut,
    onSuccess: ({ to }) => {
      if (to) window.location.assign(to);
      else endSession();
    },
    onError: (error) => warn(errorText(error)),
  });
}
