#pragma once
// The subcommands of viaggio: each file adds one. A command answers with an exit code: 0 done,
// 1 failed, 2 wrong usage. Messages go to stderr, data to stdout.
#include <string>
#include <string_view>

#include "base/result.h"

namespace CLI {
class App;
}

namespace viaggio::cli {

void add_serve(CLI::App& app, int& exit_code);
void add_import(CLI::App& app, int& exit_code);
void add_export(CLI::App& app, int& exit_code);
void add_query(CLI::App& app, int& exit_code);
void add_sql(CLI::App& app, int& exit_code);
void add_demo(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_backup(CLI::App& app, int& exit_code);
void add_key(CLI::App& app, int& exit_code);

// Reads the command line, runs the command, answers the exit code.
int run(int argc, char** argv);

// Writes what happened and what to do to stderr; 1, or 2 for wrong input.
int report(const Error& error);
// --data, else VIAGGIO_DATA, else ./viaggio-data.
std::string data_folder(const std::string& option);
// Reading commands make no folder: a mistyped --data is told, not answered with zeros.
Status must_be_data_folder(const std::string& folder);
// Where a server is to be asked (--url) and with which secret key (--key or VIAGGIO_SECRET_KEY).
struct Remote {
  std::string url, key;
  bool used() const { return !url.empty(); }
};
// What a server's refusal means here: a wrong question or document is wrong usage, all else failed.
Error error_of_answer(int status, std::string_view body);
void add_target_options(CLI::App& command, std::string& data, Remote& remote);

}  // namespace viaggio::cli
