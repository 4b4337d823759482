// Files: a look at the first rows, the load itself, and how it goes.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ImportJob, ImportPreview, Mapping, SavedMapping } from '@/model/contract';
import { request, withQuery } from './client';

const previewBytes = 1_000_000;
// A Parquet table says at its end what is in it, so all of it is needed.
const parquetBytes = 256 * 1024 * 1024;

const head = (file: File): Blob => file.slice(0, /\.parquet$/i.test(file.name) ? parquetBytes : previewBytes);

export const usePreviewImport = () =>
  useMutation({
    mutationFn: (file: File) =>
      request<ImportPreview>(withQuery('/api/imports/preview', { name: file.name }), { method: 'POST', body: head(file), headers: { 'Content-Type': 'application/octet-stream' } }),
  });

export interface ImportOrder {
  file: File;
  source: string;
  /** A mapping built on the page: saved under `id` first. */
  save?: { id: string; name: string; mapping: Mapping };
  /** A saved or shipped mapping, or a format of events. */
  mapping?: string;
}

export function useStartImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ file, source, save, mapping }: ImportOrder) => {
      if (save) await request(`/api/mappings/${encodeURIComponent(save.id)}`, { method: 'PUT', json: { ...save.mapping, label: { it: save.name, en: save.name } } });
      return request<{ id: string }>(withQuery('/api/imports', { name: file.name, source, mapping: save?.id ?? mapping }), { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } });
    },
    onSuccess: () => client.invalidateQueries({ predicate: (query) => query.queryKey[0] === 'imports' || query.queryKey[0] === 'mappings' }),
  });
}

const busy = (jobs: ImportJob[] | undefined): boolean => (jobs ?? []).some((job) => job.state === 'reading');

export function useImports() {
  return useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => request<{ imports: ImportJob[] }>('/api/imports', { signal }),
    refetchInterval: (query) => (busy(query.state.data?.imports) ? 700 : false),
  });
}

export const useMappings = () =>
  useQuery({ queryKey: ['mappings'], queryFn: ({ signal }) => request<{ mappings: SavedMapping[] }>('/api/mappings', { signal }), staleTime: 60_000 });

export const rejectedAddress = (id: string): string => `/api/imports/${encodeURIComponent(id)}/rejected`;

/** New data changes every answer. */
export function useForgetAnswers(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'imports' && query.queryKey[0] !== 'session' });
}
