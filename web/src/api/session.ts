// Who is looking, at which workspace, with which settings and keys.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Key, Session, Settings, Workspace } from '@/model/contract';
import { request, requestVersioned } from './client';

export const sessionKey = ['session'] as const;

/** Exchanges the one-time link's token for a session cookie. */
export const openSession = (token: string) => request<unknown>('/api/session', { method: 'POST', json: { token } });

export const useSession = () =>
  useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => request<Session>('/api/session', { signal }), retry: false, staleTime: 60_000 });

export const useWorkspaces = () =>
  useQuery({ queryKey: ['workspaces'], queryFn: ({ signal }) => request<{ workspaces: Workspace[] }>('/api/workspaces', { signal }), staleTime: 60_000 });

/** Every answer belongs to one workspace, so a switch forgets them all. */
function useSwitching<V>(run: (value: V) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async () => {
      await client.cancelQueries();
      void client.resetQueries();
    },
  });
}

export const useCreateWorkspace = () =>
  useSwitching((name: string | undefined) => request('/api/workspaces', { method: 'POST', json: name ? { name } : {} }));
export const useOpenWorkspace = () => useSwitching((id: string) => request(`/api/workspaces/${encodeURIComponent(id)}/open`, { method: 'POST', json: {} }));

export const useSettings = (enabled = true) =>
  useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => requestVersioned<Settings>('/api/settings', { signal }), staleTime: 60_000, enabled });

export function useSaveSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ settings, etag }: { settings: Settings; etag: string | null }) =>
      requestVersioned<Settings>('/api/settings', { method: 'PUT', json: settings, headers: etag ? { 'If-Match': etag } : {} }),
    onSuccess: () => void client.invalidateQueries(),
  });
}

export const useKeys = () =>
  useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => request<{ keys: Key[] }>('/api/keys', { signal }) });

export function useCreateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: { kind: 'write' | 'secret'; source: string }) => request<Key>('/api/keys', { method: 'POST', json: key }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
  });
}
