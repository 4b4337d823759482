// What people configure: stage models, touchpoints and their rules. Versioned: a write names the
// version it started from, and is refused when somebody else was faster.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { IdentityPolicy, SharedValue, StageModel, TouchpointConfig, TouchpointPreview } from '@/model/contract';
import { request, requestVersioned } from './client';

export const useStageModels = () =>
  useQuery({ queryKey: ['stage-models'], queryFn: ({ signal }) => request<{ models: StageModel[] }>('/api/stage-models', { signal }), staleTime: 60_000 });

export const useStageModel = (id: string | null) =>
  useQuery({
    queryKey: ['stage-models', id],
    queryFn: ({ signal }) => requestVersioned<StageModel>(`/api/stage-models/${encodeURIComponent(id ?? '')}`, { signal }),
    enabled: id !== null,
    staleTime: 0,
  });

/** A changed rule re-reads all history, so every answer is asked again. */
export function useSaveStageModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ model, etag }: { model: StageModel; etag: string | null }) =>
      requestVersioned<StageModel>(`/api/stage-models/${encodeURIComponent(model.id)}`, { method: 'PUT', json: model, headers: etag ? { 'If-Match': etag } : {} }),
    // Not waited for: the editor starts anew with the new version, and must hear before that it was saved.
    onSuccess: () => void client.invalidateQueries(),
  });
}

export const useTouchpoints = () =>
  useQuery({ queryKey: ['touchpoints'], queryFn: ({ signal }) => requestVersioned<TouchpointConfig>('/api/touchpoints', { signal }), staleTime: 0 });

export function useSaveTouchpoints() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ config, etag }: { config: TouchpointConfig; etag: string | null }) =>
      requestVersioned<TouchpointConfig>('/api/touchpoints', { method: 'PUT', json: config, headers: etag ? { 'If-Match': etag } : {} }),
    // Not waited for: the editor starts anew with the new version, and must hear before that it was saved.
    onSuccess: () => void client.invalidateQueries(),
  });
}

/** What the last 1,000 events would become under these rules; nothing is saved. */
export const usePreviewTouchpoints = (rules: TouchpointConfig | null) =>
  useQuery({
    queryKey: ['touchpoints', 'preview', rules],
    queryFn: ({ signal }) => request<TouchpointPreview>('/api/touchpoints/preview', { method: 'POST', json: rules, signal }),
    enabled: rules !== null,
    placeholderData: (previous) => previous,
    staleTime: 10_000,
  });

export const useIdentityPolicy = () =>
  useQuery({ queryKey: ['identity-policy'], queryFn: ({ signal }) => requestVersioned<IdentityPolicy>('/api/identity/policy', { signal }), staleTime: 0 });

/** Values of so many customers that they identify nobody. */
export const useSharedValues = () =>
  useQuery({ queryKey: ['identity-policy', 'shared-values'], queryFn: ({ signal }) => request<{ values: SharedValue[] }>('/api/identity/shared-values', { signal }), staleTime: 0 });

/** Counts for what comes from now on: no answer changes. */
export function useSaveIdentityPolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ policy, etag }: { policy: IdentityPolicy; etag: string | null }) =>
      requestVersioned<IdentityPolicy>('/api/identity/policy', { method: 'PUT', json: policy, headers: etag ? { 'If-Match': etag } : {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['identity-policy'] }),
  });
}
