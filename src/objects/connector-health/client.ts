/** The health of connectors as the gate sees it. A report that is lost is made up for by the next one. */
import type { ConnectorHealth, HealthReport } from "../../gateway/connector-ports.ts";

/** The method of the object, as its stub offers it. */
export interface ConnectorHealthStub {
	report(report: HealthReport): Promise<{ open_until: number }>;
}

/** @param stub - a new stub of the object with this name */
export function createConnectorHealth(stub: (name: string) => ConnectorHealthStub): ConnectorHealth {
	return {
		async report(key, report) {
			const { open_until } = await stub(key).report(report);
			return { open_until };
		},
	};
}
