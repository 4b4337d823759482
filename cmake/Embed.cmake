# Puts the HTTP contract and the built web app into the libraries `api` and `webui` (after viaggio_modules).
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(VIAGGIO_EMBED ${CMAKE_SOURCE_DIR}/cmake/embed.py)
set(VIAGGIO_GENERATED ${CMAKE_BINARY_DIR}/generated)

function(viaggio_embed target generated)
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()
  add_custom_command(
    OUTPUT ${VIAGGIO_GENERATED}/${generated}
    COMMAND ${Python3_EXECUTABLE} -B ${VIAGGIO_EMBED} ${ARGN} ${VIAGGIO_GENERATED}/${generated}
    DEPENDS ${VIAGGIO_EMBED} ${CMAKE_SOURCE_DIR}/cmake/yaml_subset.py ${VIAGGIO_EMBEDDED_FILES}
    COMMENT "Embedding ${generated}"
    VERBATIM)
  target_sources(${target} PRIVATE ${VIAGGIO_GENERATED}/${generated})
endfunction()

set(VIAGGIO_EMBEDDED_FILES ${CMAKE_SOURCE_DIR}/docs/api/openapi.yaml)
viaggio_embed(api contract_document.cc contract ${CMAKE_SOURCE_DIR}/docs/api/openapi.yaml)

set(VIAGGIO_EMBEDDED_FILES ${CMAKE_SOURCE_DIR}/docs/events/events.json)
viaggio_embed(engine event_names.cc vocabulary ${CMAKE_SOURCE_DIR}/docs/events/events.json)

set(VIAGGIO_EMBEDDED_FILES "")
if(VIAGGIO_WEB_DIST)
  if(NOT EXISTS ${VIAGGIO_WEB_DIST}/index.html)
    message(FATAL_ERROR "VIAGGIO_WEB_DIST=${VIAGGIO_WEB_DIST} holds no index.html: build the web app first (./dev web)")
  endif()
  file(GLOB_RECURSE VIAGGIO_EMBEDDED_FILES CONFIGURE_DEPENDS ${VIAGGIO_WEB_DIST}/*)
endif()
viaggio_embed(webui assets_embedded.cc webui "${VIAGGIO_WEB_DIST}")
