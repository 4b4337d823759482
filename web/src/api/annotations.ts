// Notes on a day, kept by the server and shown on every trend.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Annotation } from '@/model/contract';
import { request } from './client';

const key = ['annotations'] as const;

export const useAnnotations = () =>
  useQuery({ queryKey: key, queryFn: ({ signal }) => request<{ annotations: Annotation[] }>('/api/annotations', { signal }), staleTime: 60_000 });

export function useAddAnnotation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (note: { day: string; text: string }) => request<Annotation>('/api/annotations', { method: 'POST', json: note }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useRemoveAnnotation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request(`/api/annotations/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
