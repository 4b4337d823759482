// Saved reports and dashboards.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { SavedDashboard, SavedReport } from '@/model/contract';
import { request } from './client';

export const useReports = () =>
  useQuery({ queryKey: ['saved', 'reports'], queryFn: ({ signal }) => request<{ reports: SavedReport[] }>('/api/reports', { signal }), staleTime: 10_000 });

export const useDashboards = () =>
  useQuery({ queryKey: ['saved', 'dashboards'], queryFn: ({ signal }) => request<{ dashboards: SavedDashboard[] }>('/api/dashboards', { signal }), staleTime: 10_000 });

/** After a change reports and dashboards are read again: a deleted report leaves its dashboards. */
function useChange<V, A>(run: (value: V) => Promise<A>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: run, onSuccess: () => client.invalidateQueries({ queryKey: ['saved'] }) });
}

const at = (kind: 'reports' | 'dashboards', id: string): string => `/api/${kind}/${encodeURIComponent(id)}`;

export const useSaveReport = () => useChange((report: Pick<SavedReport, 'name' | 'page' | 'question'>) => request<SavedReport>('/api/reports', { method: 'POST', json: report }));
export const useChangeReport = () => useChange((report: SavedReport) => request<SavedReport>(at('reports', report.id), { method: 'PUT', json: report }));
export const useRemoveReport = () => useChange((id: string) => request(at('reports', id), { method: 'DELETE' }));
export const useCreateDashboard = () => useChange((dashboard: Pick<SavedDashboard, 'name' | 'reports'>) => request<SavedDashboard>('/api/dashboards', { method: 'POST', json: dashboard }));
export const useChangeDashboard = () => useChange((dashboard: SavedDashboard) => request<SavedDashboard>(at('dashboards', dashboard.id), { method: 'PUT', json: dashboard }));
export const useRemoveDashboard = () => useChange((id: string) => request(at('dashboards', id), { method: 'DELETE' }));

/** Asks every question on screen anew, as long as the page is looked at. */
export function useLiveAnswers(seconds: number): void {
  const client = useQueryClient();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void client.invalidateQueries({ queryKey: ['query'], refetchType: 'active' });
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [client, seconds]);
}
