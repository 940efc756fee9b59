/** Answering a call that rings: on which task, and what becomes of the one under way. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Call } from "../../api/types";
import { callerQuery } from "../shared/queries";
import { navigate } from "../shared/router";
import { useServices } from "../shared/services";
import { useStore } from "../shared/use-store";
import { draft } from "./draft";

export interface TaskChoice {
  id: string;
  title: string;
}

/** The tasks that an inbound call may be meant for: the one in the form, the caller's own. */
export function useAnswerTasks(ring: Call): readonly TaskChoice[] {
  const { api } = useServices();
  const { task } = useStore(draft);
  const number = ring.direction === "inbound" ? ring.number : null;
  const { data } = useQuery({ ...callerQuery(api, number ?? ""), enabled: number !== null });
  if (ring.direction === "internal") return [];
  const wanted = [
    task ? { id: task.external_id, title: task.title } : null,
    data?.task ? { id: data.task, title: data.task_title ?? data.task } : null,
    ring.task ? { id: ring.task, title: ring.task_title ?? ring.task } : null,
  ].filter((each) => each !== null);
  return wanted.filter((each, at) => wanted.findIndex((other) => other.id === each.id) === at);
}

export interface Answering {
  tasks: readonly TaskChoice[];
  task: TaskChoice | null;
  choose: (id: string) => void;
  answer: (how?: "hold" | "end") => void;
}

export function useAnswer(ring: Call): Answering {
  const { phone } = useServices();
  const tasks = useAnswerTasks(ring);
  const [chosen, choose] = useState<string | null>(null);
  const task = tasks.find((each) => each.id === chosen) ?? tasks[0] ?? null;
  return {
    tasks,
    task,
    choose,
    answer: (how) => {
      navigate("/call");
      void phone.answer(task?.id ?? null, how);
    },
  };
}
