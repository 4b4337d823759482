# Installation and the Debian package: ./dev build --deb, or cmake --install build/release --prefix DIR.
include(GNUInstallDirs)
if(NOT TARGET viaggio)
  return()
endif()

# DuckDB is no Debian package: its library goes along, in a folder of ours. One from the system stays there.
get_filename_component(duckdb_folder "${VIAGGIO_DUCKDB_LIB}" DIRECTORY)
if(VIAGGIO_DUCKDB_LIB AND duckdb_folder STREQUAL "${VIAGGIO_DUCKDB_DIR}/lib")
  install(FILES "${VIAGGIO_DUCKDB_LIB}" DESTINATION lib/viaggio
          PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  install(FILES "${VIAGGIO_DUCKDB_DIR}/LICENSE" DESTINATION share/doc/viaggio RENAME LICENSE.duckdb OPTIONAL)
  set_target_properties(viaggio PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/viaggio")
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${duckdb_folder}")
endif()

install(TARGETS viaggio RUNTIME DESTINATION bin)
if(EXISTS ${CMAKE_SOURCE_DIR}/mappings)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/mappings DESTINATION share/viaggio FILES_MATCHING PATTERN "*.toml")
endif()
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${CMAKE_SOURCE_DIR}/NOTICE
        DESTINATION share/doc/viaggio)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/debian/copyright DESTINATION share/doc/viaggio)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/ DESTINATION share/doc/viaggio/docs
        FILES_MATCHING PATTERN "*.md" PATTERN "*.yaml" PATTERN "*.json")
install(FILES ${CMAKE_SOURCE_DIR}/packaging/viaggio.service DESTINATION lib/systemd/system)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME viaggio)
set(CPACK_PACKAGE_VENDOR "The Viaggio authors")
set(CPACK_PACKAGE_CONTACT "The Viaggio authors <viaggio@localhost>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "customer journeys of every channel, in one process and one data folder")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${CMAKE_SOURCE_DIR}/packaging/debian/postinst;${CMAKE_SOURCE_DIR}/packaging/debian/prerm;${CMAKE_SOURCE_DIR}/packaging/debian/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
