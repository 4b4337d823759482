#include "cli/commands.h"

#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>

namespace viaggio::cli {

int report(const Error& e) {
  std::fprintf(stderr, "viaggio: %s%s%s (%s)\n", e.field.empty() ? "" : (e.field + ": ").c_str(),
               e.detail.c_str(), "", e.code.c_str());
  return e.kind == ErrorKind::invalid ? 2 : 1;
}

std::string data_folder(const std::string& option) {
  if (!option.empty()) return option;
  const char* env = std::getenv("VIAGGIO_DATA");
  return env != nullptr && *env != '\0' ? env : "viaggio-data";
}

void add_target_options(CLI::App& command, std::string& data, Remote& remote) {
  auto* folder = command.add_option("--data", data,
                                    "Data folder that no server holds (default ./viaggio-data)");
  command
      .add_option("--url", remote.url,
                  "Address of a running server instead, such as http://127.0.0.1:8080")
      ->excludes(folder);
  command.add_option("--key", remote.key, "Secret key for --url")->envname("VIAGGIO_SECRET_KEY");
}

int run(int argc, char** argv) {
  CLI::App app("Viaggio: see, understand and improve every customer's journey");
  app.set_version_flag("--version", "viaggio 0.1.0");
  app.require_subcommand(1);
  int exit_code = 0;
  add_serve(app, exit_code);
  add_import(app, exit_code);
  add_export(app, exit_code);
  add_query(app, exit_code);
  add_demo(app, exit_code);
  add_check(app, exit_code);
  add_backup(app, exit_code);
  add_key(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e, std::cout, std::cerr);
    return code == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace viaggio::cli
