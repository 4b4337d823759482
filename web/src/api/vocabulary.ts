// The words of this workspace: events, touchpoints, channels, stages, properties, with their labels.
import { useQuery } from '@tanstack/react-query';
import type { Vocabulary } from '@/model/contract';
import { request } from './client';

export const useVocabulary = (enabled = true) =>
  useQuery({ queryKey: ['vocabulary'], queryFn: ({ signal }) => request<Vocabulary>('/api/vocabulary', { signal }), staleTime: 5 * 60_000, enabled });
