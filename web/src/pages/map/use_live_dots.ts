// What arrives while the map is open: dots at a gentle pace, and a counter.
import { useEffect, useState } from 'react';
import { listenLive } from '@/api/live';
import { arrive, dotMilliseconds, noLive, settle, type LiveState } from '@/model/map/live';

export interface LiveFeed extends LiveState {
  /** All events of the workspace; null until the server has said. */
  events: number | null;
  open: boolean;
}

export function useLiveDots(rows: 'touchpoint' | 'channel', still: boolean, onNews: () => void): LiveFeed {
  const [state, setState] = useState(noLive);
  const [events, setEvents] = useState<number | null>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    let news = false;
    const stop = listenLive({
      event: (event) => {
        news = true;
        setState((current) => arrive(current, { message_id: event.message_id, stage: event.stage, row: event[rows] }, Date.now(), still));
      },
      counters: (counters) => setEvents(counters.events),
      state: (value) => setOpen(value === 'open'),
    });
    const sweep = setInterval(() => setState((current) => settle(current, Date.now())), dotMilliseconds);
    // The drawing itself follows more slowly: a map that moves all the time cannot be read.
    const refresh = setInterval(() => {
      if (!news || document.hidden) return;
      news = false;
      onNews();
    }, 30_000);
    return () => {
      stop();
      clearInterval(sweep);
      clearInterval(refresh);
    };
  }, [rows, still, onNews]);
  return { ...state, events, open };
}
