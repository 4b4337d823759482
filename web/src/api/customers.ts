// Customers: the list with its search, one profile, its journey, and why it is one person.
import { keepPreviousData, useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Customer, CustomersPage, IdentityAnswer, IdentityPreview, TimelinePage } from '@/model/contract';
import { request, withQuery } from './client';

const pageSize = 50;

export const useCustomers = (search: string) =>
  useInfiniteQuery({
    queryKey: ['customers', search],
    queryFn: ({ signal, pageParam }) => request<CustomersPage>(withQuery('/api/customers', { search, limit: pageSize, cursor: pageParam }), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor ?? null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

const one = (id: string) => ({
  queryKey: ['customer', id],
  queryFn: ({ signal }: { signal: AbortSignal }) => request<Customer>(`/api/customers/${encodeURIComponent(id)}`, { signal }),
  staleTime: 30_000,
});

export const useCustomer = (id: string) => useQuery(one(id));

/** Some customers by id, for lists that come as ids only. */
export const useCustomersById = (ids: string[]) => useQueries({ queries: ids.map(one) });

export const useTimeline = (id: string) =>
  useInfiniteQuery({
    queryKey: ['customer', id, 'timeline'],
    queryFn: ({ signal, pageParam }) =>
      request<TimelinePage>(withQuery(`/api/customers/${encodeURIComponent(id)}/timeline`, { order: 'newest', limit: pageSize, cursor: pageParam }), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor ?? null,
    staleTime: 30_000,
  });

export const useIdentity = (id: string) =>
  useQuery({
    queryKey: ['customer', id, 'identity'],
    queryFn: ({ signal }) => request<IdentityAnswer>(`/api/customers/${encodeURIComponent(id)}/identity`, { signal }),
    staleTime: 30_000,
  });

/** Joins two customers. Every number may change, so every answer is asked again. */
export function useMerge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pair: { a: string; b: string }) => request<{ customer_id: string; link_id: string }>('/api/identity/merge', { method: 'POST', json: pair }),
    onSuccess: () => client.invalidateQueries(),
  });
}

/** Takes two identifiers apart. Every number may change, so every answer is asked again. */
export function useUndoLink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (link: string | number) => request(`/api/identity/links/${encodeURIComponent(link)}/undo`, { method: 'POST', json: {} }),
    onSuccess: () => client.invalidateQueries(),
  });
}

/** What joining two customers would change. */
export const useMergePreview = (a: string, b: string | null) =>
  useQuery({
    queryKey: ['identity', 'merge', a, b],
    queryFn: ({ signal }) => request<IdentityPreview>('/api/identity/merge/preview', { method: 'POST', json: { a, b }, signal }),
    enabled: b !== null,
    staleTime: 0,
    retry: false,
  });

/** What taking a link apart would change. */
export const useUndoPreview = (link: string | number | null) =>
  useQuery({
    queryKey: ['identity', 'undo', link],
    queryFn: ({ signal }) => request<IdentityPreview>(`/api/identity/links/${encodeURIComponent(link ?? '')}/preview`, { signal }),
    enabled: link !== null,
    staleTime: 0,
    retry: false,
  });

/** Closes a case to decide: they are two people. No number changes. */
export function useDismissConflict() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (conflict: string | number) => request(`/api/identity/conflicts/${encodeURIComponent(conflict)}/dismiss`, { method: 'POST', json: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['customer'] }),
  });
}
