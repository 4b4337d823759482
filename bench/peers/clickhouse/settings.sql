SET max_threads = {threads};
SET max_memory_usage = 12000000000;
SET optimize_aggregation_in_order = 1;
SET optimize_read_in_order = 1;
SET compile_expressions = 1;
SET min_count_to_compile_expression = 0;
SET compile_aggregate_expressions = 1;
SET min_count_to_compile_aggregate_expression = 0;
