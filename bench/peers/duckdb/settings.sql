SET threads = {threads};
SET memory_limit = '12GB';
SET preserve_insertion_order = true;
