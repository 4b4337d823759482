// Questions to the analysis engine: POST /api/query/KIND. The question is the cache key, so the
// same question is asked once, and the previous answer stays on screen while the next one is on its way.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type {
  AttributionAnswer, AttributionQuestion, FunnelAnswer, FunnelQuestion, LifecycleAnswer, LifecycleQuestion, MapAnswer, MapQuestion, PeopleAnswer, PeopleQuestion,
  PathsAnswer, PathsQuestion, RetentionAnswer, RetentionQuestion, StagesAnswer, StagesQuestion,
  TransitionsAnswer, TransitionsQuestion, TrendAnswer, TrendQuestion, ValueAnswer, ValueQuestion, VariantsAnswer, VariantsQuestion,
} from '@/model/contract';
import { request } from './client';

function useQuestion<Q, A>(kind: string, question: Q | null) {
  return useQuery({
    queryKey: ['query', kind, question],
    queryFn: ({ signal }) => request<A>(`/api/query/${kind}`, { method: 'POST', json: question, signal }),
    enabled: question !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

export const useFunnel = (question: FunnelQuestion | null) => useQuestion<FunnelQuestion, FunnelAnswer>('funnel', question);
export const useTrend = (question: TrendQuestion | null) => useQuestion<TrendQuestion, TrendAnswer>('trend', question);
export const useStages = (question: StagesQuestion | null) => useQuestion<StagesQuestion, StagesAnswer>('stages', question);
export const useTransitions = (question: TransitionsQuestion | null) =>
  useQuestion<TransitionsQuestion, TransitionsAnswer>('transitions', question);
export const usePaths = (question: PathsQuestion | null) => useQuestion<PathsQuestion, PathsAnswer>('paths', question);
export const useVariants = (question: VariantsQuestion | null) => useQuestion<VariantsQuestion, VariantsAnswer>('variants', question);
export const useRetention = (question: RetentionQuestion | null) => useQuestion<RetentionQuestion, RetentionAnswer>('retention', question);
export const useLifecycle = (question: LifecycleQuestion | null) => useQuestion<LifecycleQuestion, LifecycleAnswer>('lifecycle', question);
export const useValue = (question: ValueQuestion | null) => useQuestion<ValueQuestion, ValueAnswer>('value', question);
export const useAttribution = (question: AttributionQuestion | null) =>
  useQuestion<AttributionQuestion, AttributionAnswer>('attribution', question);
export const useMap = (question: MapQuestion | null) => useQuestion<MapQuestion, MapAnswer>('map', question);

/** The people behind a mark of the map or a cell of retention, a page at a time. */
export function usePeople(question: PeopleQuestion | null) {
  return useInfiniteQuery({
    queryKey: ['query', 'people', question],
    queryFn: ({ signal, pageParam }) =>
      request<PeopleAnswer>('/api/query/people', { method: 'POST', json: { ...question, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor ?? null,
    enabled: question !== null,
    staleTime: 30_000,
  });
}
